package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.testing.junit.SimulatedTest;

/** What remains of attempts to take the token of a pinned task. */
class PinnedTasksTest {
    @SimulatedTest
    void anAttemptThatComesTooLateLeavesNothing() {
        Task me = Task.require("try to take the token of this task");
        assumeTrue(me.loop() instanceof LoopCarrier, "the other carrier has no token to take");
        var loop = (LoopCarrier) me.loop();
        Object holder = loop.holder;
        var former = new TaskRunner(me.thread()); // has the token no more
        assertThat(loop.pinned.take(former, me, new TaskRunner(Thread.currentThread()), true))
                .isFalse();
        assertThat(loop.pinned.isEmpty()).isTrue();
        assertThat(loop.holder).isSameAs(holder);
        assertThat(loop.runs(me)).isTrue();
    }
}
