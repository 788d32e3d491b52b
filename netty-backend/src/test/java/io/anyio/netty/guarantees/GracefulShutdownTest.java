package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunFinishedException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the shutdown of a runtime: refuse, let finish, cancel, in bounded time, and say which. */
class GracefulShutdownTest extends NettyGuaranteeTestBase {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int ROUNDS = 40;

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static <T> CompletableFuture<T> peer(Callable<T> code) {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform().daemon().name("peer").start(() -> {
            try {
                result.complete(code.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private static boolean refuses(NettyRuntime runtime) {
        try {
            var _ = runtime.start(() -> {});
            return false;
        } catch (RunFinishedException refused) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void liveTasksFinishAndNewOnesAreRefused(Transport transport) throws Exception {
        var group = group(transport, 2);
        var runtime = NettyRuntime.attach(group);
        try (var log = new CapturedLog("io.anyio")) {
            var release = Event.create();
            var tasks = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                tasks.add(runtime.start(() -> {
                    release.await();
                    return TaskGroup.call(
                            children -> children.startSoon(() -> number).join()); // of its own
                }));
            }
            var clean = peer(() -> runtime.shutdown(LONG));
            until(() -> refuses(runtime));
            assertThat(clean).isNotDone();
            release.set();
            assertThat(get(clean)).isTrue();
            for (int i = 0; i < 4; i++) {
                assertThat(tasks.get(i).getNow(-1)).isEqualTo(i);
            }
            assertThat(runtime.ended().toCompletableFuture()).isCompleted();
            assertThat(runtime.shutdown(Duration.ZERO)).isTrue(); // once more
            runtime.close();
            assertThat(log.records()).isEmpty();
        }
        NettyRuntime.attach(group).close();
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void afterTheGracePeriodTheOthersAreCancelledAndNamed(Transport transport) throws Exception {
        var group = group(transport, 1);
        var runtime = NettyRuntime.attach(group);
        try (var log = new CapturedLog("io.anyio")) {
            var cleaned = new AtomicBoolean();
            var entered = new CompletableFuture<Boolean>();
            var late = runtime.start(TaskOptions.named("late"), () -> {
                try {
                    entered.complete(true);
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(20)));
                    cleaned.set(true);
                }
            });
            get(entered);
            get(runtime.start(() -> {})); // by now it sleeps
            assertThat(get(peer(() -> runtime.shutdown(Duration.ofMillis(50))))).isFalse();
            assertThat(cleaned).isTrue();
            assertThat(late).isCancelled();
            assertThat(log.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .contains("has cancelled 1 task, not ended within the grace period of PT0.05S")
                            .contains("'late'")
                            .contains("GracefulShutdownTest.java"));
        }
        shutDown(group);
    }

    @Test
    void aMessageNamesALimitedNumberOfTasks() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        try (var log = new CapturedLog("io.anyio")) {
            for (int i = 0; i < 50; i++) {
                var _ = runtime.start(AnyIO::sleepForever);
            }
            assertThat(get(peer(() -> runtime.shutdown(Duration.ZERO)))).isFalse();
            assertThat(log.messages())
                    .singleElement()
                    .satisfies(message ->
                            assertThat(message.lines()).hasSize(22).last().isEqualTo("  and 30 more"));
        }
        shutDown(group);
    }

    @Test
    void aRuntimeWithoutTasksEndsCleanlyInNoTime() throws Exception {
        var group = group(Transport.NIO, 2);
        try (var log = new CapturedLog("io.anyio")) {
            for (int i = 0; i < 20; i++) {
                assertThat(NettyRuntime.attach(group).shutdown(Duration.ZERO)).isTrue();
                var closed = NettyRuntime.attach(group);
                closed.close();
                assertThat(closed.shutdown(LONG)).isTrue();
            }
            assertThat(log.records()).isEmpty();
        }
        shutDown(group);
    }

    /** The only test that waits as long as a shutdown waits for tasks that do not react. */
    @Test
    void aTaskThatDoesNotReactIsNamedAndContinues() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        try (var log = new CapturedLog("io.anyio")) {
            var release = Event.create();
            var stubborn = runtime.start(TaskOptions.named("stubborn"), () -> CancelScope.shielded(release::await));
            assertThat(get(peer(() -> runtime.shutdown(Duration.ZERO)))).isFalse();
            assertThat(log.messages()).hasSize(2).allMatch(message -> message.contains("'stubborn'"));
            assertThat(log.messages().getLast()).contains("has not ended 1 task within 5 s after the cancellation");
            assertThat(stubborn).isNotDone();
            release.set();
            get(runtime.ended().toCompletableFuture());
            assertThat(runtime.shutdown(LONG)).isFalse();
        }
        shutDown(group);
    }

    @Test
    void aNegativePeriodIsRefused() {
        var group = group(Transport.NIO, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            assertThatThrownBy(() -> runtime.shutdown(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not be negative: PT-0.000000001S");
            assertThat(refuses(runtime)).isFalse();
        }
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whereItWouldWaitForItselfItIsRefused(Transport transport) throws Exception {
        var group = group(transport, 2);
        var runtime = NettyRuntime.attach(group);
        Callable<Boolean> call = () -> {
            assertThatThrownBy(() -> runtime.shutdown(LONG))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("close()")
                    .hasMessageContaining("ended()");
            return true;
        };
        assertThat(get(runtime.start(call::call))).isTrue();
        assertThat(group.submit(call).get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(refuses(runtime)).isFalse();
        var other = group(transport, 1);
        try (var elsewhere = NettyRuntime.attach(other)) { // a task of another runtime may wait
            assertThat(get(elsewhere.start(() -> runtime.shutdown(LONG)))).isTrue();
        }
        shutDown(other);
        shutDown(group);
    }

    @Test
    void aLoopThatOnlyRunsWhenItIsPumpedIsRefused() {
        var channel = new EmbeddedChannel();
        var runtime = NettyRuntime.attach(channel.eventLoop());
        assertThatThrownBy(() -> runtime.shutdown(LONG))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs only when it is driven");
        runtime.close();
        until(() -> {
            channel.runPendingTasks();
            return runtime.ended().toCompletableFuture().isDone();
        });
        assertThat(runtime.shutdown(LONG)).isTrue();
        channel.finishAndReleaseAll();
    }

    @Test
    void anInterruptCancelsTheTasksAndIsKept() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        try (var log = new CapturedLog("io.anyio")) {
            var task = runtime.start(TaskOptions.named("waiting"), AnyIO::sleepForever);
            var outcome = new CompletableFuture<List<Boolean>>();
            var thread = Thread.ofPlatform().daemon().start(() -> {
                boolean clean = runtime.shutdown(LONG);
                outcome.complete(List.of(clean, Thread.interrupted()));
            });
            until(() -> refuses(runtime));
            thread.interrupt();
            assertThat(get(outcome)).containsExactly(false, true);
            assertThat(task).isCancelled();
            assertThat(log.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .contains("'waiting'")
                            .contains("when the waiting thread was interrupted"));
        }
        shutDown(group);
    }

    @Test
    void closeEndsAShutdownThatWaits() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        var task = runtime.start(AnyIO::sleepForever);
        var first = peer(() -> runtime.shutdown(LONG));
        var second = peer(() -> runtime.shutdown(LONG));
        until(() -> refuses(runtime));
        runtime.close();
        assertThat(get(first)).isFalse();
        assertThat(get(second)).isFalse();
        assertThat(task).isCancelled();
        shutDown(group);
    }

    @Test
    void loopsThatAreShutDownMeanwhileEndItToo() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        var task = runtime.start(AnyIO::sleepForever);
        var clean = peer(() -> runtime.shutdown(LONG));
        until(() -> refuses(runtime));
        shutDown(group);
        assertThat(get(clean)).isFalse();
        assertThat(task).isCancelled();
    }

    /** Threads that start short tasks while others shut down: no task is lost, and a clean end has cancelled none. */
    @ParameterizedTest
    @MethodSource("transports")
    void startsAndShutdownsMayRace(Transport transport) throws Exception {
        var group = group(transport, 2);
        int cleanRounds = 0;
        try (var _ = new CapturedLog("io.anyio")) {
            for (int round = 0; round < ROUNDS; round++) {
                var runtime = NettyRuntime.attach(group);
                Queue<CompletableFuture<?>> started = new ConcurrentLinkedQueue<>();
                List<CompletableFuture<Boolean>> peers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    peers.add(peer(() -> {
                        try {
                            while (true) {
                                started.add(runtime.start(AnyIO::checkpoint));
                            }
                        } catch (RunFinishedException refused) {
                            return true;
                        }
                    }));
                }
                int fastest = round % 4;
                List<CompletableFuture<Boolean>> ends = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    var grace = fastest == 0
                            ? Duration.ofNanos(ThreadLocalRandom.current().nextInt(2_000_000))
                            : LONG;
                    ends.add(peer(() -> runtime.shutdown(grace)));
                }
                if (fastest == 1) {
                    runtime.close();
                }
                for (var each : peers) {
                    assertThat(get(each)).isTrue();
                }
                boolean clean = get(ends.get(0));
                assertThat(get(ends.get(1))).isEqualTo(clean);
                assertThat(started).allMatch(CompletableFuture::isDone);
                if (clean) {
                    assertThat(started).noneMatch(CompletableFuture::isCancelled);
                    cleanRounds++;
                }
            }
        }
        assertThat(cleanRounds).isPositive();
        shutDown(group);
    }
}
