package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunInterruptedException;
import io.anyio.jdk.JdkOptions;
import io.anyio.testing.Trail;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Interrupts of threads that wait until a task, a block or a portal is ready. */
class ReadinessInterruptTest {
    @AfterEach
    void clear() {
        boolean _ = Thread.interrupted();
    }

    /** Sleeps, after the waiting thread was interrupted, until the task is cancelled. */
    private static void sleepAfterInterrupting(Thread waiter, Trail trail, CountDownLatch ended) {
        waiter.interrupt();
        try {
            AnyIO.sleepForever();
        } finally {
            trail.add("clean-up");
            ended.countDown();
        }
    }

    @Test
    void anInterruptCancelsATaskThatIsNotReady() throws Exception {
        Thread me = Thread.currentThread();
        var trail = new Trail();
        var ended = new CountDownLatch(2);
        try (BlockingPortal portal = BlockingPortal.start(JdkOptions.DEFAULTS)) {
            assertThatThrownBy(() -> portal.startTask(status -> {
                        sleepAfterInterrupting(me, trail, ended);
                        return 1;
                    }))
                    .isInstanceOf(RunInterruptedException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> portal.open(holder -> sleepAfterInterrupting(me, trail, ended)))
                    .isInstanceOf(RunInterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
            ended.await();
            assertThat(portal.<Integer, RuntimeException>call(() -> 1)).isOne();
        }
        assertThat(trail.events()).containsExactly("clean-up", "clean-up");
    }

    @Test
    void anInterruptAfterTheReportChangesNothing() {
        Thread me = Thread.currentThread();
        try (BlockingPortal portal = BlockingPortal.start(JdkOptions.DEFAULTS)) {
            StartedFuture<Integer, String> started = portal.startTask(status -> {
                status.started("ready");
                CancelScope.shielded(() -> me.interrupt()); // the thread may still wait, or have gone on
                AnyIO.checkpoint();
                return 1;
            });
            assertThat(started.startValue()).isEqualTo("ready");
            assertThat(started.future().join()).isOne();
        }
    }

    @Test
    void anInterruptDoesNotEndTheWaitForThePortalItself() {
        Thread.currentThread().interrupt();
        BlockingPortal portal = BlockingPortal.start(JdkOptions.DEFAULTS);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(portal.<Integer, RuntimeException>call(() -> 1)).isOne();
        Thread.currentThread().interrupt();
        portal.close();
        assertThat(Thread.interrupted()).as("closing waits, too").isTrue();
    }

    @Test
    void anInterruptDoesNotEndTheWaitForTheEndOfABlock() {
        try (BlockingPortal portal = BlockingPortal.start(JdkOptions.DEFAULTS)) {
            var trail = new Trail();
            HeldResource<String> held = portal.open(holder -> {
                holder.hold("value");
                AnyIO.checkpoint();
                trail.add("clean-up");
            });
            Thread.currentThread().interrupt();
            Throwable thrown = catchThrowable(held::close);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(thrown).isNull();
            assertThat(trail.events()).containsExactly("clean-up");
        }
    }
}
