package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.ThreadCall;
import io.anyio.sync.CapacityLimiter;
import io.anyio.testing.junit.SimulatedTest;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
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
        assertThat(pool.idle()).isZero();
        assertThat(call(pool)).isNotSameAs(first);
    }

    @SimulatedTest(seeds = 3)
    void anIdleThreadIsInThePoolOnce() {
        var pool = new WorkerPool(TimeUnit.HOURS.toNanos(1));
        call(pool);
        assertThat(pool.idle()).isOne();
        call(pool);
        assertThat(pool.idle()).isOne();
        pool.close();
    }

    @SimulatedTest(seeds = 3)
    void theThreadThatBecameIdleLastIsUsedFirst() {
        var pool = new WorkerPool(TimeUnit.HOURS.toNanos(1));
        Thread[] used = new Thread[2];
        var firstHasEnded = new CountDownLatch(1);
        var bothRun = new CyclicBarrier(2);
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                run(pool, () -> {
                    used[0] = Thread.currentThread();
                    bothRun.await();
                });
                firstHasEnded.countDown();
            });
            group.startSoon(() -> run(pool, () -> {
                used[1] = Thread.currentThread();
                bothRun.await();
                firstHasEnded.await();
            }));
        });
        assertThat(pool.idle()).isEqualTo(2);
        assertThat(call(pool)).isSameAs(used[1]);
        pool.close();
    }

    @SimulatedTest(seeds = 3)
    void anIdleThreadKeepsNoClassLoaderOfItsCallers() throws Exception {
        var pool = new WorkerPool(TimeUnit.HOURS.toNanos(1));
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        try (var own = new URLClassLoader(new URL[0])) {
            caller.setContextClassLoader(own);
            ClassLoader[] seen = new ClassLoader[1];
            Thread[] worker = new Thread[1];
            run(pool, () -> {
                worker[0] = Thread.currentThread();
                seen[0] = worker[0].getContextClassLoader();
            });
            assertThat(seen[0]).isSameAs(own);
            assertThat(worker[0].getContextClassLoader()).isNotSameAs(own);
        } finally {
            caller.setContextClassLoader(before);
        }
        pool.close();
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

    private static void run(WorkerPool pool, Block<Exception> code) {
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
