package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tasks that wait for Netty's futures, and tasks as Netty's futures. */
class NettyFuturesTest {
    private long round; // makes the random choices of a program differ between seeds

    /** A promise that counts its listeners. */
    private static final class CountedPromise extends DefaultPromise<String> {
        private int listeners;

        CountedPromise(EventExecutor executor) {
            super(executor);
        }

        @Override
        public Promise<String> addListener(GenericFutureListener<? extends Future<? super String>> listener) {
            listeners++;
            return super.addListener(listener);
        }

        @Override
        public Promise<String> removeListener(GenericFutureListener<? extends Future<? super String>> listener) {
            listeners--;
            return super.removeListener(listener);
        }
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void eachWaiterSeesTheOneOutcomeOrIsCancelled() {
        var random = new SplittableRandom(round++);
        Promise<String> promise = ImmediateEventExecutor.INSTANCE.newPromise();
        List<String> seen = new ArrayList<>();
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                waiters.add(group.startSoon(() -> {
                    try {
                        seen.add(NettyFutures.await(promise));
                    } catch (CancellationException c) {
                        seen.add("cancelled");
                    } catch (IllegalStateException failed) {
                        seen.add(failed.getMessage());
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            group.startSoon(() -> promise.trySuccess("value"));
            group.startSoon(() -> promise.tryFailure(new IllegalStateException("failure")));
            group.startSoon(() -> promise.cancel(true));
            group.startSoon(() -> waiters.forEach(waiter -> {
                if (random.nextInt(3) == 0) {
                    waiter.cancel();
                    AnyIO.checkpoint();
                }
            }));
        });
        assertThat(seen).hasSize(6 - cancelled[0]);
        assertThat(seen.stream().distinct().count()).isLessThanOrEqualTo(1);
    }

    @SimulatedTest(seeds = 20)
    void aCancelledWaitRemovesItsListenerAndLeavesTheFutureAlone() {
        var promise = new CountedPromise(ImmediateEventExecutor.INSTANCE);
        TaskGroup.run(group -> {
            group.startSoon(() -> NettyFutures.await(promise));
            AnyIO.awaitAllTasksBlocked();
            assertThat(promise.listeners).isEqualTo(1);
            group.cancel();
        });
        assertThat(promise.listeners).isZero();
        assertThat(promise.isDone()).isFalse();
    }

    @SimulatedTest
    void aCancelledWaitCancelsTheFutureWhereAsked() {
        Promise<String> promise = ImmediateEventExecutor.INSTANCE.newPromise();
        TaskGroup.run(group -> {
            group.startSoon(() -> NettyFutures.awaitOrCancel(promise));
            AnyIO.awaitAllTasksBlocked();
            group.cancel();
        });
        assertThat(promise.isCancelled()).isTrue();
    }

    @SimulatedTest
    void aCancelledTaskGetsNoValueNotEvenOfACompleteFuture() {
        boolean[] passed = {false};
        CancelScope.open(scope -> {
            scope.cancel();
            NettyFutures.await(ImmediateEventExecutor.INSTANCE.newSucceededFuture("x"));
            passed[0] = true;
        });
        CancelScope.open(scope -> {
            scope.cancel();
            NettyFutures.await(ImmediateEventExecutor.INSTANCE.newFailedFuture(new IllegalStateException()));
            passed[0] = true;
        });
        assertThat(passed[0]).isFalse();
    }

    @SimulatedTest
    void failuresAreThrownAsByAnyIO() {
        var executor = ImmediateEventExecutor.INSTANCE;
        var io = new IOException("no");
        assertThatThrownBy(() -> NettyFutures.await(executor.newFailedFuture(io)))
                .isInstanceOf(UncheckedIOException.class)
                .hasCause(io);
        Promise<String> cancelled = executor.newPromise();
        cancelled.cancel(true);
        assertThatThrownBy(() -> NettyFutures.await(cancelled)).isInstanceOf(CancellationException.class);
        assertThat(NettyFutures.<String>await(executor.newSucceededFuture(null)))
                .isNull();
    }

    @Test
    void aTaskMayAwaitAFutureOfItsOwnLoop() {
        AnyIO.run(
                () -> {
                    EventExecutor[] own = new EventExecutor[1];
                    NettyRuntime runtime; // a loop whose tasks and futures share a thread
                    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                    try {
                        own[0] = group.next();
                        runtime = NettyRuntime.attach(group);
                        assertThat(AnyIO.await(
                                        runtime.start(() -> NettyFutures.<String>await(own[0].submit(() -> "x")))))
                                .isEqualTo("x");
                        runtime.close();
                    } finally {
                        NettyFutures.await(group.shutdownGracefully(0, 0, TimeUnit.SECONDS));
                    }
                },
                NettyOptions.DEFAULTS);
    }

    // ---- tasks as futures ----

    @SimulatedTest(seeds = 50)
    void theFutureTakesTheOutcomeOfTheTask() {
        TaskGroup.run(group -> {
            Future<String> value = NettyFutures.toFuture(group.startSoon(() -> "x"), ImmediateEventExecutor.INSTANCE);
            assertThat(NettyFutures.<String>await(value)).isEqualTo("x");
            TaskHandle<?> endless = group.startSoon(AnyIO::sleepForever);
            Future<?> cancelled = NettyFutures.toFuture(endless, ImmediateEventExecutor.INSTANCE);
            endless.cancel();
            endless.await();
            assertThat(cancelled.isCancelled()).isTrue();
        });
        Future<?>[] failed = new Future<?>[1];
        assertThatThrownBy(() -> TaskGroup.run(group -> {
            TaskHandle<?> handle = group.startSoon(() -> {
                throw new IllegalStateException("boom");
            });
            failed[0] = NettyFutures.toFuture(handle, ImmediateEventExecutor.INSTANCE);
        }));
        assertThat(failed[0].cause()).hasMessage("boom");
    }

    @AnyIOTest
    void anyThreadMayCancelTheFuture() {
        for (int i = 0; i < 50; i++) {
            TaskGroup.run(group -> {
                TaskHandle<?> handle = group.startSoon(AnyIO::sleepForever);
                Future<?> future = NettyFutures.toFuture(handle, GlobalEventExecutor.INSTANCE);
                CompletableFuture<Boolean> cancelling = CompletableFuture.supplyAsync(() -> future.cancel(true));
                assertThat(AnyIO.<Boolean>await(cancelling)).isTrue(); // first: a simulation knows of this wait
                handle.await();
                assertThat(future.cancel(true)).isFalse();
                assertThat(future.isCancelled()).isTrue();
            });
        }
    }
}
