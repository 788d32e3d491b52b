package io.anyio.race;

import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** What the race tests share: each structure is checked for a moment in every build, and at length on demand. */
@Tag("lincheck")
abstract class LincheckTestBase {
    abstract Stream<Class<?>> structures();

    @TestFactory
    Stream<DynamicTest> forAMoment() {
        return tests(5, 50);
    }

    @TestFactory
    @Tag("race")
    Stream<DynamicTest> atLength() {
        return tests(50, 1_000);
    }

    private Stream<DynamicTest> tests(int programs, int interleavings) {
        return structures()
                .map(structure -> DynamicTest.dynamicTest(
                        structure.getSimpleName(), () -> check(structure, programs, interleavings)));
    }

    /** Two threads and what comes after them, in random programs. */
    static void check(Class<?> structure, int programs, int interleavings) {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .iterations(programs)
                .invocationsPerIteration(interleavings)
                .check(structure);
    }
}
