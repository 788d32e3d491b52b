package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.resource.BrokenResourceException;
import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import java.lang.reflect.Field;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of tasks that are started while their channel closes. */
class ChannelTasksCloseTest extends AttachedServerTestBase {
    private static final int FEW = 300;
    private static final int MANY = 20_000;

    private final LinkedBlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @ParameterizedTest
    @MethodSource("transports")
    void eachTaskEndsAndNothingIsLeft(Transport transport) throws Exception {
        startWhileClosing(transport, FEW);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void eachOfVeryManyTasksEndsAndNothingIsLeft(Transport transport) throws Exception {
        startWhileClosing(transport, MANY);
    }

    private void startWhileClosing(Transport transport, int rounds) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 2));
        int port = serve(transport, accepted::add);
        var random = new SplittableRandom(1);
        try (var log = new CapturedLog("io.anyio")) {
            for (int round = 0; round < rounds; round++) {
                ChannelTasks tasks = startAndClose(runtime, port, random.split());
                await("the code of all tasks", () -> ended.get() == started.get()); // a cancelled future may be early
                await("the end of the tasks", () -> runtime.statistics().tasksAlive() == 1);
                assertThat(newest(tasks))
                        .as("the list of tasks in round %d", round)
                        .isNull();
            }
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty(); // for locks of Netty and the JDK
        }
    }

    /** Starts tasks on one connection, which is closed meanwhile. Returns when all futures are complete. */
    private ChannelTasks startAndClose(NettyRuntime runtime, int port, SplittableRandom random) throws Exception {
        var futures = new LinkedBlockingQueue<CompletableFuture<?>>();
        int count = 1 + random.nextInt(8);
        ChannelTasks tasks;
        try (Socket socket = connect(port)) {
            Channel channel = accepted.poll(30, TimeUnit.SECONDS);
            assertThat(channel).isNotNull();
            tasks = runtime.on(channel);
            boolean byPeer = random.nextBoolean();
            boolean onLoop = random.nextBoolean();
            int delay = random.nextInt(100_000);
            var closing = new Peer<@Nullable Void>(() -> {
                spin(delay);
                if (byPeer) {
                    socket.shutdownOutput();
                } else {
                    var _ = channel.close();
                }
                return null;
            });
            for (int i = 0; i < count; i++) {
                int kind = random.nextInt(4);
                spin(random.nextInt(20_000));
                if (onLoop) {
                    channel.eventLoop().execute(() -> futures.add(start(tasks, kind)));
                } else {
                    futures.add(start(tasks, kind));
                }
            }
            closing.join();
            channel.closeFuture().await(30, TimeUnit.SECONDS);
        }
        for (int i = 0; i < count; i++) {
            CompletableFuture<?> future = futures.poll(30, TimeUnit.SECONDS);
            assertThat(future).isNotNull();
            awaitEnd(future);
        }
        return tasks;
    }

    /** Starts a task that owns a buffer, and ends by itself or when it is cancelled. */
    private CompletableFuture<?> start(ChannelTasks tasks, int kind) {
        started.incrementAndGet();
        ByteBuf owned = PooledByteBufAllocator.DEFAULT.buffer(16).writeZero(16);
        return tasks.start(() -> {
            try {
                switch (kind) {
                    case 0 -> AnyIO.sleepForever();
                    case 1 -> AnyIO.checkpoint();
                    case 2 -> tasks.send(owned.retainedDuplicate());
                    default -> {
                        // ends at once
                    }
                }
            } catch (BrokenResourceException closed) {
                assertThat(tasks.channel().isActive()).isFalse();
            } finally {
                owned.release();
                ended.incrementAndGet();
            }
        });
    }

    private static void awaitEnd(CompletableFuture<?> future) throws Exception {
        try {
            future.get(30, TimeUnit.SECONDS);
        } catch (CancellationException closed) {
            // by the close
        } catch (ExecutionException failure) {
            throw new AssertionError("A task has failed", failure.getCause());
        }
    }

    private static void spin(int nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waits for " + what).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Returns the first of the tasks that have not ended. */
    private static @Nullable Object newest(ChannelTasks tasks) {
        try {
            Field newest = ChannelTasks.class.getDeclaredField("newest");
            newest.setAccessible(true);
            return newest.get(tasks);
        } catch (ReflectiveOperationException renamed) {
            throw new LinkageError(renamed.getMessage(), renamed);
        }
    }
}
