package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunFinishedException;
import io.anyio.TaskGroup;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of tasks on event loops that other code owns and continues to own. */
class AttachTest extends NettyGuaranteeTestBase {

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static void workOn(EventLoopGroup loops) throws Exception {
        try (var runtime = NettyRuntime.attach(loops)) {
            assertThat(get(runtime.start(() -> {
                        AnyIO.sleep(Duration.ofMillis(1));
                        return AnyIO.currentRun().carrier().label();
                    })))
                    .isEqualTo(System.getProperty("anyio.test.carrier"));
            // a task that yields for ever blocks no other task, on any kind of loop, and stays on its thread
            var settled = new AtomicBoolean();
            var carriers = ConcurrentHashMap.<String>newKeySet();
            var spinning = runtime.start(() -> {
                while (true) {
                    AnyIO.checkpoint();
                    if (settled.get()) {
                        carriers.add(carrierThread());
                    }
                }
            });
            for (int i = 0; i < 5; i++) {
                assertThat(get(runtime.start(() -> {
                            AnyIO.sleep(Duration.ofMillis(1));
                            return true;
                        })))
                        .isTrue();
                settled.set(true);
            }
            if (onLoopCarrier()) {
                assertThat(carriers).noneMatch(name -> name.contains("rescue"));
            }
            get(CompletableFuture.supplyAsync(() -> 1, loops));
            assertThat(spinning).isNotDone();
        }
        assertThat(loops.isShuttingDown()).isFalse();
        assertThat(get(CompletableFuture.supplyAsync(() -> 1, loops))).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void onAGroup(Transport transport) throws Exception {
        var group = group(transport, 2);
        workOn(group);
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        try (var runtime = NettyRuntime.attach(group)) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(runtime.start(() -> threads.add(Thread.currentThread())));
            }
            get(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
            assertThat(threads).hasSize(10);
            assertThat(runtime.info().loops()).isEqualTo(2);
        }
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void onASingleLoop(Transport transport) throws Exception {
        var group = group(transport, 2);
        workOn(group.next());
        shutDown(group);
    }

    /** Netty's loops without I/O never run work that is deferred to the end of an iteration. */
    @Test
    @SuppressWarnings("deprecation") // still in use
    void onLoopsWithoutIo() throws Exception {
        var group = new DefaultEventLoopGroup(1);
        workOn(group);
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aGroupThatHasBeenShutDownIsRefused(Transport transport) {
        var group = group(transport, 2);
        var loop = group.next();
        shutDown(loop);
        refusedAsDead(loop);
        refusedAsDead(group); // half of the group
        shutDown(group);
        refusedAsDead(group);
    }

    private static void refusedAsDead(EventLoopGroup group) {
        assertThatThrownBy(() -> NettyRuntime.attach(group))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has been shut down")
                .hasMessageContaining("attach to a live one");
    }

    @Test
    void optionsThatMakeLoopsAreRefused() {
        var group = group(Transport.NIO, 1);
        NettyOptions none = NettyOptions.DEFAULTS;
        Map<String, NettyOptions> refused = Map.of(
                "transport=nio, loops=2", none.withLoops(2).withTransport(Transport.NIO),
                "loopFactory", none.withLoopFactory(() -> group),
                "useNativeTransport=true", none.withUseNativeTransport(true));
        refused.forEach((named, options) -> assertThatThrownBy(() -> NettyRuntime.attach(group, options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot have " + named + ":"));
        NettyRuntime.attach(group, none.withDebug(true)).close();
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closeOnAForeignThreadWaitsForTheLastFinally(Transport transport) throws Exception {
        var group = group(transport, 1);
        var runtime = NettyRuntime.attach(group);
        var entered = new CompletableFuture<Boolean>();
        var cleaned = new AtomicBoolean();
        var future = runtime.start(() -> {
            try {
                entered.complete(true);
                AnyIO.sleepForever();
            } finally {
                CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(20)));
                cleaned.set(true);
            }
        });
        get(entered);
        bounded(() -> {
            runtime.close();
            return null;
        });
        assertThat(cleaned).isTrue();
        assertThat(future).isCancelled();
        assertThatThrownBy(() -> runtime.start(() -> 1)).isInstanceOf(RunFinishedException.class);
        runtime.close(); // once more does nothing
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closeOnALoopOrInATaskDoesNotWait(Transport transport) throws Exception {
        var group = group(transport, 1);
        var release = Event.create();
        var runtime = NettyRuntime.attach(group);
        var stubborn = runtime.start(() -> CancelScope.shielded(release::await));
        get(runtime.start(() -> {})); // by now the other one is waiting
        group.submit(runtime::close).get(30, TimeUnit.SECONDS);
        assertThat(stubborn).isNotDone();
        assertThat(runtime.ended().toCompletableFuture()).isNotDone();
        release.set();
        get(stubborn);
        get(runtime.ended().toCompletableFuture());

        var another = NettyRuntime.attach(group);
        var closed = another.start(() -> {
            another.close();
            return true;
        });
        assertThat(get(closed)).isTrue();
        get(another.ended().toCompletableFuture());
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aFailureGoesToItsFutureAndHarmsNoOtherTask(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var release = Event.create();
            var other = runtime.start(() -> {
                release.await();
                return "fine";
            });
            var failing = runtime.start(() -> {
                throw new IllegalStateException("mine");
            });
            assertThatThrownBy(() -> get(failing))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("mine");
            release.set();
            assertThat(get(other)).isEqualTo("fine");
        }
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void cancellingAFutureCancelsItsTask(Transport transport) throws Exception {
        var group = group(transport, 1);
        try (var runtime = NettyRuntime.attach(group)) {
            var entered = new CompletableFuture<Boolean>();
            var left = new CompletableFuture<Boolean>();
            var future = runtime.start(() -> {
                try {
                    entered.complete(true);
                    AnyIO.sleepForever();
                } finally {
                    left.complete(true);
                }
            });
            get(entered);
            assertThat(future.cancel(false)).isTrue();
            assertThat(get(left)).isTrue();
            assertThatThrownBy(() -> get(future)).isInstanceOf(CancellationException.class);
            // immediately, before the task can have begun
            var early = runtime.start(AnyIO::sleepForever);
            early.cancel(false);
            assertThat(get(runtime.start(() -> true))).isTrue();
        }
        shutDown(group);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskHasTheContextClassLoaderOfTheThreadThatStartsIt(Transport transport) throws Exception {
        var loader = new URLClassLoader(new URL[0]);
        try (var group = group(transport, 1);
                var runtime = NettyRuntime.attach(group)) {
            Thread me = Thread.currentThread();
            ClassLoader before = me.getContextClassLoader();
            CompletableFuture<List<ClassLoader>> seen;
            me.setContextClassLoader(loader);
            try {
                seen = runtime.start(() -> {
                    ClassLoader own = Thread.currentThread().getContextClassLoader();
                    return List.of(
                            own,
                            TaskGroup.call(tasks -> tasks.startSoon(
                                            () -> Thread.currentThread().getContextClassLoader())
                                    .join()));
                });
            } finally {
                me.setContextClassLoader(before);
            }
            assertThat(get(seen)).containsExactly(loader, loader);
        }
    }
}
