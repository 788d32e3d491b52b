package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.Timeouts;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** The interest in a channel, and tasks that wait for it only for a short time. */
class ReadinessTest {
    private final Queue<Runnable> posted = new ArrayDeque<>();

    private void runPosted() {
        for (Runnable action = posted.poll(); action != null; action = posted.poll()) {
            action.run();
        }
    }

    @SimulatedTest
    void theLoopWatchesAChannelForATaskThatWaitsNoLonger() {
        var source = new ReadinessSource(posted::add, _ -> false);
        Timeouts.moveOnAfter(Duration.ofMillis(1), source::consume);
        runPosted(); // late: the wait is over
        source.add();
        assertThat(source.isReported()).isTrue();
        assertThat(source.turn()).as("still watched").isTrue();
        assertThat(source.turn()).as("watched when nothing is consumed").isFalse();
        assertThat(source.consume()).isEqualTo(1); // the report was kept

        source.add();
        runPosted();
        assertThat(source.isReported()).as("watched while no task has tried").isFalse();
    }
}
