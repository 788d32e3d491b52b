package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that everything continues after the heap was full for a moment while tasks were about to wait. */
class FullHeapTest extends GuaranteeTestBase {
    private static final String TIMES = "8";

    /** In the stress profile because it does not always pass: occasionally the program does not end. */
    @Test
    @Tag("stress")
    void everythingGoesOnWhenThereIsMemoryAgain() throws Exception {
        assumeTrue(onLoopCarrier(), "on the portable carrier the JDK's scheduler needs memory, too: see ADR 15");
        try (var program = new JvmProcess(FullHeap.class, List.of("-Xmx48m"), TIMES)) {
            assertThat(program.lines()).endsWith(FullHeap.END);
        }
    }
}
