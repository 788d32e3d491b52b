package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.RunFinishedException;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of event loops that end while tasks run, at any moment: every task still runs to its end. */
class ShutdownTest extends NettyGuaranteeTestBase {
    private static final int TASKS = 1_000;

    @ParameterizedTest
    @MethodSource("transports")
    void everyFinallyRunsWhenLoopsEndAtRandomMoments(Transport transport) throws Exception {
        repeat(transport, 15);
    }

    @Tag("stress")
    @Timeout(1800)
    @ParameterizedTest
    @MethodSource("transports")
    void everyFinallyRunsWhenLoopsEndAtAThousandRandomMoments(Transport transport) throws Exception {
        repeat(transport, 1_000);
    }

    private static void repeat(Transport transport, int times) throws Exception {
        try (var _ = new CapturedLog("io.anyio")) { // each time there is a warning
            for (long seed = 0; seed < times; seed++) {
                var once = new Once(new SplittableRandom(seed));
                bounded(() -> {
                    once.run(transport);
                    return null;
                });
                assertThat(once.left).as("seed %d", seed).hasValue(once.entered.get());
            }
        }
    }

    /** One group, its tasks, and the moment when it is shut down. */
    private static final class Once {
        private final SplittableRandom random;
        private final Event never = Event.create();
        private final AtomicInteger entered = new AtomicInteger();
        private final AtomicInteger left = new AtomicInteger();

        Once(SplittableRandom random) {
            this.random = random;
        }

        void run(Transport transport) {
            EventLoopGroup group = group(transport, random.nextInt(1, 3));
            var runtime = NettyRuntime.attach(group);
            int moment = random.nextInt(2 * TASKS);
            List<CompletableFuture<?>> futures = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                if (i == moment) {
                    end(group);
                }
                try {
                    futures.add(runtime.start(framed(random.nextInt(10), random.nextInt(20))));
                } catch (RunFinishedException loopHasEnded) {
                    assertThat(i).isGreaterThanOrEqualTo(moment);
                }
            }
            if (moment >= TASKS) {
                int some = (moment - TASKS) / 2;
                until(() -> entered.get() > some);
                end(group);
            }
            if (random.nextBoolean()) {
                assertThat(group.terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS))
                        .isTrue();
            }
            runtime.close();
            assertThat(futures).allMatch(CompletableFuture::isDone);
            shutDown(group);
        }

        private void end(EventLoopGroup group) {
            var _ = group.shutdownGracefully(0, random.nextInt(2), TimeUnit.SECONDS);
        }

        private Block<RuntimeException> framed(int kind, int millis) {
            return () -> {
                entered.incrementAndGet();
                try {
                    body(kind, Duration.ofMillis(millis));
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(millis / 10)));
                    left.incrementAndGet();
                }
            };
        }

        private void body(int kind, Duration delay) {
            if (kind < 4) {
                AnyIO.sleepForever();
            } else if (kind < 6) {
                never.await();
            } else if (kind < 9) {
                while (true) {
                    AnyIO.sleep(delay);
                }
            } else {
                while (true) {
                    AnyIO.checkpoint();
                }
            }
        }
    }

    /**
     * During a quiet period a loop still runs, but it has dropped its timers, and it would wait for a task that yields.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void aQuietPeriodHoldsUpNeitherTimersNorTheGroup(Transport transport) throws Exception {
        var rounds = new AtomicInteger();
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var over = new AtomicBoolean();
            var spinning = runtime.start(() -> CancelScope.shielded(() -> {
                while (!over.get()) {
                    AnyIO.checkpoint();
                }
            }));
            var sleeping = runtime.start(() -> CancelScope.shielded(() -> {
                while (!over.get()) {
                    rounds.incrementAndGet();
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            }));
            until(() -> rounds.get() > 3);
            bounded(() -> {
                assertThat(group.shutdownGracefully(200, 30_000, TimeUnit.MILLISECONDS)
                                .awaitUninterruptibly(30, TimeUnit.SECONDS))
                        .isTrue();
                return null;
            });
            int seen = rounds.get();
            until(() -> rounds.get() > seen + 3);
            assertThat(spinning).isNotDone();
            assertThat(sleeping).isNotDone();
            over.set(true);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aRuntimeWhoseGroupIsShutDownSaysSoOnceCancelsItsTasksAndTakesNoMore(Transport transport) throws Exception {
        var group = group(transport, 2);
        endsWith(group);
    }

    /** The tasks of the ended loop continue on the fallback thread. */
    @ParameterizedTest
    @MethodSource("transports")
    void oneLoopOfTheGroupThatIsShutDownLeavesTheRuntimeOpen(Transport transport) throws Exception {
        var group = group(transport, 2);
        try (var runtime = NettyRuntime.attach(group)) {
            shutDown(group.next());
            for (int i = 0; i < 4; i++) {
                runtime.start(() -> AnyIO.sleep(Duration.ofMillis(1))).get(30, TimeUnit.SECONDS);
            }
        }
        shutDown(group);
    }

    private static void endsWith(EventLoopGroup group) throws Exception {
        try (var log = new CapturedLog("io.anyio");
                var runtime = NettyRuntime.attach(group)) {
            var entered = new AtomicInteger();
            var left = new AtomicInteger();
            List<CompletableFuture<?>> futures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                futures.add(runtime.start(() -> {
                    try {
                        entered.incrementAndGet();
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(20)));
                        left.incrementAndGet();
                    }
                }));
            }
            until(() -> entered.get() == 4);
            shutDown(group);
            runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS); // without close
            assertThat(left).hasValue(4);
            assertThat(futures).allMatch(CompletableFuture::isCancelled);
            assertThatThrownBy(() -> runtime.start(() -> 1))
                    .isInstanceOf(RunFinishedException.class)
                    .hasMessageContaining("event loop")
                    .hasMessageContaining("attach a new runtime");
            String warning = "shut down under an attached runtime that is still open";
            until(() -> log.contains(warning));
            assertThat(log.messages())
                    .filteredOn(message -> message.contains(warning))
                    .hasSize(1);
        }
    }

    /** Only runtimes that are closed too late cause the warning. */
    @ParameterizedTest
    @MethodSource("transports")
    void aRuntimeThatIsClosedFirstSaysNothing(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var log = new CapturedLog("io.anyio")) {
            var runtime = NettyRuntime.attach(group);
            var asleep = new CompletableFuture<Boolean>();
            var future = runtime.start(() -> {
                try {
                    asleep.complete(true);
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(50)));
                }
            });
            asleep.get(30, TimeUnit.SECONDS);
            group.submit(runtime::close).get(30, TimeUnit.SECONDS); // on the loop, where it does not wait
            shutDown(group); // while the task is still in its finally block
            runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(future).isCancelled();
            assertThat(log.records()).isEmpty();
        }
    }

    /** A single timer: nothing else shows that the loop has dropped it. */
    @ParameterizedTest
    @MethodSource("transports")
    void aTimerOfALoopThatShutsDownStillGoesOff(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var asleep = new CompletableFuture<Boolean>();
            var done = runtime.start(() -> {
                asleep.complete(true);
                CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(50)));
            });
            asleep.get(30, TimeUnit.SECONDS);
            long begin = System.nanoTime();
            var ended = group.shutdownGracefully(1, 20, TimeUnit.SECONDS);
            done.get(30, TimeUnit.SECONDS);
            boolean stillOpen = !ended.isDone();
            assertThat(stillOpen || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(1))
                    .isTrue();
        } finally {
            shutDown(group);
        }
    }
}
