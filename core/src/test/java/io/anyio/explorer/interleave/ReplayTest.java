package io.anyio.explorer.interleave;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.spi.Carrier;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A seed determines the execution, and the trace shows it. */
@Tag("once")
class ReplayTest {
    private static final int SEEDS = 32; // each kind of schedule with each kind of points, twice

    @ParameterizedTest
    @EnumSource
    void theSameSeedGivesTheSameTraceOnAnotherEngineToo(Carrier carrier) {
        ProgramExplorer first = explorer(carrier);
        ProgramExplorer second = explorer(carrier);
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(second.run(seed).report()).isEqualTo(first.run(seed).report());
        }
    }

    @ParameterizedTest
    @EnumSource
    void seedsGiveDifferentOrders(Carrier carrier) {
        ProgramExplorer explorer = explorer(carrier);
        Set<Trace> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            seen.add(explorer.run(seed).trace());
        }
        assertThat(seen).hasSizeGreaterThan(SEEDS * 3 / 4);
    }

    @Test
    void theTraceNamesThreadsPlacesAndOperations() {
        ProgramExplorer explorer = explorer(Carrier.PORTABLE);
        var reports = new StringBuilder();
        for (int seed = 0; seed < SEEDS; seed++) {
            reports.append(explorer.run(seed).report());
        }

        assertThat(reports).startsWith("EventPrograms.setAgainstCancel on the portable carrier, seed 0: no finding");
        assertThat(reports).containsPattern("\\n {2}setter +\\S+:\\d+ \\S");
        assertThat(reports).containsPattern("Event\\.set:\\d+ put set\\n");
        assertThat(reports).containsPattern("SpinLock\\.lock:\\d+ VarHandle\\.compareAndSet\\n");
        assertThat(reports).containsPattern("Wait\\.parkUntilReturned:\\d+ park\\n");
    }

    @Test
    void theTransformedEngineRunsWithoutTheExplorerToo() throws ReflectiveOperationException {
        Class<?> type = InterleavedEngine.sound().loadClass("io.anyio.explorer.interleave.program.StandaloneRun");
        var program = (Runnable) type.getConstructor().newInstance();

        program.run();

        assertThat(program).hasToString("10000000000 ns");
    }

    private static ProgramExplorer explorer(Carrier carrier) {
        return new ProgramExplorer(
                InterleavedEngine.sound(), carrier, ProgramExplorer.program("EventPrograms.setAgainstCancel"));
    }
}
