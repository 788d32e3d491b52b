package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that everything continues after the heap was full for a moment while tasks were about to wait. */
class FullHeapTest extends GuaranteeTestBase {
    @Test
    void everythingContinuesWhenThereIsMemoryAgain() throws Exception {
        assumeCarrierThatKeepsItsThreads();
        fill(2);
    }

    @Test
    @Tag("stress")
    void everythingContinuesManyTimes() throws Exception {
        assumeCarrierThatKeepsItsThreads();
        for (int i = 0; i < 5; i++) {
            fill(8);
        }
    }

    private static void assumeCarrierThatKeepsItsThreads() {
        assumeTrue(onLoopCarrier(), "on the portable carrier the JDK may lose a thread, if rarely: see ADR 15");
    }

    private static void fill(int times) throws Exception {
        try (var program = new JvmProcess(FullHeap.class, List.of("-Xmx48m"), Integer.toString(times))) {
            assertThat(program.lines()).contains(FullHeap.END); // a log line may follow
        }
    }
}
