package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that a stack overflow in a call of the library, or of the JDK below it, leaves shared state intact. */
class FullStackTest extends GuaranteeTestBase {
    private static final String FRAMES = "200";

    @Test
    void everyCallNearTheEndLeavesOrder() throws Exception {
        assumeTrue(onLoopCarrier(), "the JDK's scheduler can be struck, too: see ADR 15; atEveryDepth runs on both");
        strikeAll(FRAMES, "3");
    }

    @Test
    @Tag("stress")
    void atEveryDepth() throws Exception {
        for (int round = 0; round < 5; round++) {
            strikeAll(FRAMES, "1");
        }
    }

    private static void strikeAll(String frames, String step) throws Exception {
        try (var program = new JvmProcess(FullStack.class, List.of(), frames, step)) {
            assertThat(program.allSaid())
                    .contains("CHECKPOINT: " + FullStack.OK, FullStack.END)
                    .filteredOn(line -> !line.endsWith(": " + FullStack.OK))
                    .containsExactly(FullStack.END);
        }
    }
}
