package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.lowlevel.ThreadCall;
import io.anyio.sync.CapacityLimiter;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The threads of a pool: used again, ended when idle for long, and closed. */
class WorkerPoolTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @SimulatedTest(seeds = 3)
    void aThreadIsUsedAgainUntilThePoolIsClosed() throws Exception {
        var pool = new WorkerPool(TimeUnit.HOURS.toNanos(1));
        Thread first = call(pool);
        assertThat(call(pool)).isSameAs(first);
        assertThat(pool.threads()).isOne();
        pool.close();
        assertThat(first.join(LONG)).isTrue();
        assertThat(pool.threads()).isZero();
        Thread late = call(pool);
        assertThat(late.join(LONG))
                .as("a thread of a closed pool ends after its call")
                .isTrue();
    }

    @SimulatedTest(seeds = 3)
    void aThreadThatIsIdleForLongEnds() throws Exception {
        var pool = new WorkerPool(1);
        Thread first = call(pool);
        assertThat(first.join(LONG)).isTrue();
        assertThat(call(pool)).isNotSameAs(first);
    }

    @SimulatedTest(seeds = 3)
    void aStrayInterruptReachesNoCall() {
        var pool = new WorkerPool(TimeUnit.HOURS.toNanos(1));
        Thread worker = call(pool);
        worker.interrupt();
        boolean[] interrupted = new boolean[1];
        run(pool, () -> interrupted[0] = Thread.currentThread().isInterrupted());
        assertThat(interrupted[0]).isFalse();
        pool.close();
    }

    private static Thread call(WorkerPool pool) {
        Thread[] used = new Thread[1];
        run(pool, () -> used[0] = Thread.currentThread());
        return used[0];
    }

    private static void run(WorkerPool pool, Runnable code) {
        BorrowedToken token = BorrowedToken.acquire(CapacityLimiter.create(1), "call");
        int ignored = ThreadCall.make("call", false, call -> {
            WorkerCall.give(
                            call,
                            token,
                            null,
                            () -> {
                                code.run();
                                return 0;
                            },
                            pool)
                    .await(ToThreadOptions.DEFAULTS);
            return 0;
        });
        assertThat(ignored).isZero();
    }
}
