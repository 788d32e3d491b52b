package io.anyio.explorer.interleave;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.explorer.interleave.Explorer.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The explorer finds what it is there for: each planted fault, and by the same seed nothing without it. */
@Tag("once")
class PlantedFaultsTest {
    private static final int SEEDS = 10_000; // of which some ten find the rarest, and hundreds most

    @TestFactory
    Stream<DynamicTest> findsPlantedFaults() {
        return PlantedFaults.all().stream()
                .map(fault -> DynamicTest.dynamicTest(fault.toString(), () -> findsAndReplays(fault)));
    }

    private static void findsAndReplays(Fault fault) {
        var faulty = new Explorer(EngineLoader.with(fault), fault.carrier(), Programs.named(fault.program()));
        Outcome found = faulty.find(SEEDS).orElseThrow(() -> new AssertionError("not found in " + SEEDS + " seeds"));
        assertThat(found.report()).contains(fault.program(), "seed " + found.seed() + ":");

        Outcome again = faulty.run(found.seed());
        assertThat(again.report()).as("the replay of seed %d", found.seed()).isEqualTo(found.report());
        assertThat(again.trace()).isEqualTo(found.trace());

        var sound = new Explorer(EngineLoader.sound(), fault.carrier(), Programs.named(fault.program()));
        assertThat(sound.run(found.seed()).finding())
                .as("the engine without the fault")
                .isEmpty();
    }
}
