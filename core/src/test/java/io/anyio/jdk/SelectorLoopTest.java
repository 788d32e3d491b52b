package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the event loop without the engine. */
class SelectorLoopTest {
    private final CompletableFuture<Boolean> onEnd = new CompletableFuture<>();
    private SelectorLoop loop;

    @BeforeEach
    void start() throws Exception {
        loop = new SelectorLoop("test-loop", () -> onEnd.complete(loop.hasEnded()));
        loop.start();
    }

    @AfterEach
    void end() {
        if (!loop.hasEnded()) {
            loop.execute(loop::end);
        }
        assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
        assertThat(onEnd).isCompletedWithValue(true);
    }

    private void awaitTurn() throws Exception {
        CompletableFuture.runAsync(() -> {}, loop).get(10, TimeUnit.SECONDS);
    }

    @Test
    void workRunsInTheOrderInWhichItWasQueued() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }
        awaitTurn();
        assertThat(order).hasSize(100).isSorted();
    }

    @Test
    void workQueuedByWorkRunsInTheNextTurnAfterTimers() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        loop.execute(() -> {
            loop.schedule(0, () -> order.add("timer"));
            loop.execute(() -> order.add("next"));
            order.add("first");
        });
        awaitTurn();
        awaitTurn();
        assertThat(order).containsExactly("first", "timer", "next");
    }

    @Test
    void timersRunInTheOrderOfTheirTimesAndNotBefore() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        var done = new CountDownLatch(3);
        long start = System.nanoTime();
        List<Long> times = new CopyOnWriteArrayList<>();
        loop.execute(() -> {
            for (int millis : new int[] {30, 10, 20}) {
                loop.schedule(TimeUnit.MILLISECONDS.toNanos(millis), () -> {
                    order.add(millis);
                    times.add(System.nanoTime() - start);
                    done.countDown();
                });
            }
            loop.schedule(TimeUnit.MILLISECONDS.toNanos(15), () -> order.add(-1))
                    .cancel();
            loop.schedule(Long.MAX_VALUE, () -> order.add(-2));
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly(10, 20, 30);
        for (int i = 0; i < 3; i++) {
            assertThat(times.get(i)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(order.get(i)));
        }
    }

    @Test
    void aFailureOfSomeWorkDoesNotAffectTheRest() throws Exception {
        loop.execute(() -> {
            throw new IllegalStateException("on purpose, and logged");
        });
        var ran = new CountDownLatch(1);
        loop.execute(() -> loop.schedule(0, () -> {
            ran.countDown();
            throw new StackOverflowError("on purpose, and logged");
        }));
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        awaitTurn();
    }

    @Test
    void anInterruptDoesNotKeepTheLoopAwake() throws Exception {
        var turns = new AtomicInteger();
        loop.execute(() -> Thread.currentThread().interrupt());
        awaitTurn();
        loop.execute(() -> {
            if (Thread.currentThread().isInterrupted()) {
                turns.incrementAndGet();
            }
        });
        awaitTurn();
        assertThat(turns).hasValue(0);
    }

    @Test
    void nothingIsAcceptedAfterTheEnd() {
        loop.execute(loop::end);
        assertThat(loop.join(Duration.ofSeconds(10))).isTrue();
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void manyThreadsWakeIt() throws Exception {
        var ran = new AtomicInteger();
        int threads = 4;
        int each = 20_000;
        var done = new CountDownLatch(threads * each);
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().daemon().start(() -> {
                for (int j = 0; j < each; j++) {
                    loop.execute(() -> {
                        ran.incrementAndGet();
                        done.countDown();
                    });
                }
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(threads * each);
    }
}
