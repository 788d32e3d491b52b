package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the rule that a loop has one runtime at most, which can be found. */
class OneRuntimeTest extends NettyGuaranteeTestBase {
    private static final int THREADS = 4;
    private static final Duration RACES = Duration.ofSeconds(2);

    private static void end(NettyRuntime runtime) throws Exception {
        runtime.close();
        runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
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

    private static List<EventLoop> loops(EventLoopGroup group) {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(loop -> loops.add((EventLoop) loop));
        return loops;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aSecondAttachIsRefusedAndNamesTheFirst(Transport transport) throws Exception {
        var group = group(transport, 2);
        var runtime = NettyRuntime.attach(group);
        assertThat(runtime.toString())
                .contains(group.toString())
                .contains("transport=" + transport.label())
                .contains("attached at ")
                .contains("OneRuntimeTest.java");
        for (EventLoopGroup second : List.of(group, group.next(), group.next())) {
            assertThatThrownBy(() -> NettyRuntime.attach(second))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(runtime.toString())
                    .hasMessageContaining("Use that runtime, or close it");
        }
        assertThat(runtime.start(() -> 1).get(30, TimeUnit.SECONDS)).isEqualTo(1); // it was not disturbed
        end(runtime);
        assertThat(runtime.toString()).endsWith(", closed]");
        end(NettyRuntime.attach(group));
        shutDown(group);
    }

    @Test
    void aRefusedAttachToAGroupTakesNoneOfItsLoops() throws Exception {
        var group = group(Transport.NIO, 3);
        var middle = loops(group).get(1);
        var runtime = NettyRuntime.attach(middle);
        assertThatThrownBy(() -> NettyRuntime.attach(group)).isInstanceOf(IllegalStateException.class);
        var first = NettyRuntime.attach(loops(group).get(0));
        var last = NettyRuntime.attach(loops(group).get(2));
        for (NettyRuntime each : List.of(first, runtime, last)) {
            end(each);
        }
        shutDown(group);
    }

    @Test
    void aClosedRuntimeKeepsItsLoopsUntilItsTasksHaveEnded() throws Exception {
        var group = group(Transport.NIO, 1);
        var runtime = NettyRuntime.attach(group);
        var release = Event.create();
        var waiting = new CompletableFuture<Boolean>();
        var stubborn = runtime.start(() -> CancelScope.shielded(() -> {
            waiting.complete(true);
            release.await();
        }));
        waiting.get(30, TimeUnit.SECONDS);
        group.submit(runtime::close).get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> NettyRuntime.attach(group))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(runtime.toString())
                .hasMessageContaining("It is closed, but tasks of it are alive: wait for its ended() first");
        assertThat(NettyRuntime.of(group.next())).isEmpty(); // not an open one
        release.set();
        stubborn.get(30, TimeUnit.SECONDS);
        runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
        end(NettyRuntime.attach(group));
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theRuntimeIsFoundFromAnyChannelOfItsLoops(Transport transport) throws Exception {
        try (var group = group(transport, 2);
                var other = group(transport, 1);
                var runtime = NettyRuntime.attach(group);
                var besides = NettyRuntime.attach(other)) {
            for (EventLoop loop : loops(group)) {
                assertThat(NettyRuntime.of(loop)).containsSame(runtime);
            }
            assertThat(NettyRuntime.of(other.next())).containsSame(besides);
            assertThat(group.submit(() -> NettyRuntime.of(group.next())).get()).containsSame(runtime);
            end(runtime);
            assertThat(NettyRuntime.of(group.next())).isEmpty();
            assertThat(NettyRuntime.of(other.next())).containsSame(besides);
        }
    }

    @Test
    void aChannelWithoutALoopOrOnALoopOfOtherCodeHasNoRuntime() throws Exception {
        try (var group = new io.netty.channel.MultiThreadIoEventLoopGroup(
                1, io.netty.channel.local.LocalIoHandler.newFactory())) {
            var channel = new LocalChannel();
            assertThat(NettyRuntime.of(channel)).isEmpty();
            group.register(channel).sync();
            assertThat(NettyRuntime.of(channel)).isEmpty();
            var runtime = NettyRuntime.attach(group);
            assertThat(NettyRuntime.of(channel)).containsSame(runtime);
            channel.close().sync();
            end(runtime);
        }
    }

    @Test
    void aRuntimeWhoseLoopsHaveEndedIsNotFoundAndDoesNotStayInTheWay() throws Exception {
        var group = group(Transport.NIO, 2);
        try (var _ = new CapturedLog("io.anyio")) {
            var runtime = NettyRuntime.attach(group);
            EventLoop loop = group.next();
            shutDown(loop);
            until(() -> NettyRuntime.of(loop).isEmpty()); // the other loop continues
            var sleeper = runtime.start(AnyIO::sleepForever);
            shutDown(group);
            runtime.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(sleeper).isCancelled();
            loops(group).forEach(each -> assertThat(NettyRuntime.of(each)).isEmpty());
        }
    }

    /** Threads that attach to overlapping groups and close: never two runtimes on a loop, never half of a group. */
    @Test
    void attachAndCloseMayRace() throws Exception {
        var group = group(Transport.NIO, 2);
        List<EventLoop> loops = loops(group);
        List<AtomicInteger> users = List.of(new AtomicInteger(), new AtomicInteger());
        var attached = new AtomicInteger();
        var refused = new AtomicInteger();
        long end = System.nanoTime() + RACES.toNanos();
        List<CompletableFuture<?>> threads = new ArrayList<>();
        var start = new CountDownLatch(THREADS);
        var log = new CapturedLog("io.anyio");
        for (int i = 0; i < THREADS; i++) {
            threads.add(peer(() -> {
                start.countDown();
                start.await();
                while (System.nanoTime() < end) {
                    int which = ThreadLocalRandom.current().nextInt(3);
                    List<Integer> numbers = which == 2 ? List.of(0, 1) : List.of(which);
                    NettyRuntime runtime;
                    try {
                        runtime = NettyRuntime.attach(which == 2 ? group : loops.get(which));
                    } catch (IllegalStateException inUse) {
                        refused.incrementAndGet();
                        continue;
                    }
                    attached.incrementAndGet();
                    for (int number : numbers) {
                        assertThat(users.get(number).getAndIncrement()).isZero();
                        assertThat(NettyRuntime.of(loops.get(number))).containsSame(runtime);
                    }
                    var _ = runtime.start(AnyIO::sleepForever);
                    numbers.forEach(number -> users.get(number).decrementAndGet());
                    if (ThreadLocalRandom.current().nextBoolean()) {
                        var closing = peer(() -> {
                            runtime.close();
                            return null;
                        });
                        runtime.shutdown(Duration.ZERO);
                        closing.get(30, TimeUnit.SECONDS);
                    } else {
                        runtime.close();
                    }
                }
                return null;
            }));
        }
        for (var thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }
        log.close();
        assertThat(attached.get()).isPositive();
        assertThat(refused.get()).isPositive();
        loops.forEach(loop -> assertThat(NettyRuntime.of(loop)).isEmpty());
        end(NettyRuntime.attach(group));
        shutDown(group);
    }
}
