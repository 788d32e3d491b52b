package io.anyio.explorer.interleave;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.explorer.interleave.ProgramExplorer.Outcome;
import io.anyio.explorer.mutation.Mutant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The programs find every mutant, and by the same seed nothing without it. */
@Tag("once")
class InterleavingMutantsTest {
    private static final int SEEDS = 1_000_000; // of which some ten find the rarest; most are found within a hundred

    @TestFactory
    Stream<DynamicTest> findsPlantedFaults() {
        return InterleavingMutants.all().stream()
                .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> findsAndReplays(mutant)));
    }

    private static void findsAndReplays(Mutant mutant) {
        var faulty = new ProgramExplorer(
                InterleavedEngine.with(mutant), mutant.carrier(), ProgramExplorer.program(mutant.foundBy()));
        Outcome found = faulty.find(SEEDS).orElseThrow(() -> new AssertionError("not found in " + SEEDS + " seeds"));
        assertThat(found.report()).contains(mutant.foundBy(), "seed " + found.seed() + ":");

        Outcome again = faulty.run(found.seed());
        assertThat(again.report()).as("the replay of seed %d", found.seed()).isEqualTo(found.report());
        assertThat(again.trace()).isEqualTo(found.trace());

        var sound = new ProgramExplorer(
                InterleavedEngine.sound(), mutant.carrier(), ProgramExplorer.program(mutant.foundBy()));
        assertThat(sound.run(found.seed()).finding())
                .as("the engine without the fault")
                .isEmpty();
    }
}
