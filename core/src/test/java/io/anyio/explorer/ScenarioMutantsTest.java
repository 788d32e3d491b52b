package io.anyio.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.explorer.mutation.EngineCode;
import io.anyio.explorer.mutation.EngineLoader;
import io.anyio.explorer.mutation.Mutant;
import java.lang.reflect.InvocationTargetException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The scenarios find every mutant. Without mutants {@link ExplorerTest} passes. */
@Tag("once")
class ScenarioMutantsTest {
    private static final int SEEDS = 200;
    private static final EngineCode ENGINE = EngineCode.plain();

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return ScenarioMutants.all().stream()
                .map(mutant -> DynamicTest.dynamicTest(
                        mutant.toString(),
                        () -> assertThat(firstFinding(mutant))
                                .as("what the explorer found")
                                .isNotNull()
                                .contains("replay:", "in order:")));
    }

    private static @Nullable String firstFinding(Mutant mutant) throws ReflectiveOperationException {
        EngineLoader loader = ENGINE.load(mutant);
        var probe = loader.loadClass(ScenarioMutantProbe.class.getName())
                .getDeclaredMethod("firstFinding", String.class, int.class);
        probe.setAccessible(true);
        String found;
        try {
            found = (String) probe.invoke(null, mutant.foundBy(), SEEDS);
        } catch (InvocationTargetException thrown) {
            throw new AssertionError("The probe failed", thrown.getCause());
        }
        loader.checkPlanted();
        return found;
    }
}
