package io.anyio.explorer.interleave;

import io.anyio.explorer.mutation.EngineLoader;
import io.anyio.spi.Carrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every program, on both carriers, under as many seeds as there is time for. {@code -Danyio.test.seeds=N} asks for
 * more, {@code -Dprogram=EventPrograms.setAgainstCancel -Dseed=N} replays one.
 */
@Tag("once")
class InterleavingTest {
    private static final int PORTABLE_SEEDS = 400;
    private static final int LOOP_SEEDS = 200; // a switch of platform threads takes longer

    @TestFactory
    Stream<DynamicTest> noFindingOnThePortableCarrier() {
        return programs(Carrier.PORTABLE, PORTABLE_SEEDS);
    }

    @TestFactory
    Stream<DynamicTest> noFindingOnTheLoopCarrier() {
        return programs(Carrier.LOOP, LOOP_SEEDS);
    }

    private static Stream<DynamicTest> programs(Carrier carrier, int seeds) {
        EngineLoader engine = InterleavedEngine.sound();
        int wanted = Math.max(seeds, Integer.getInteger("anyio.test.seeds", 0));
        return ProgramExplorer.programs().stream()
                .map(program -> new ProgramExplorer(engine, carrier, program))
                .filter(explorer -> explorer.toString().contains(System.getProperty("program", "")))
                .map(explorer -> DynamicTest.dynamicTest(explorer.toString(), () -> explorer.explore(wanted)));
    }
}
