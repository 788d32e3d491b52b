package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.netty.NettyBackendProvider;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/** Base of the proofs: the transports of this machine, runs that end in bounded time, and the required carrier. */
abstract class GuaranteeTestBase {
    static final String HOST = "127.0.0.1";

    /** The time after which a test counts as hanging; no working test takes a tenth of it. */
    private static final long PATIENCE_SECONDS = 15;

    static boolean onLoopCarrier() {
        return "loop".equals(System.getProperty("anyio.test.carrier"));
    }

    static Stream<Transport> transports() {
        return new NettyBackendProvider()
                .variants().stream().map(options -> options.transport().orElseThrow());
    }

    /** Verifies the carrier: on another one than stated, the suite would prove nothing. */
    @BeforeEach
    void runsOnTheCarrierThatIsToBeProven() {
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().carrier().label())
                        .isEqualTo(System.getProperty("anyio.test.carrier")),
                NettyOptions.DEFAULTS);
    }

    /** Runs code on a thread of its own and fails, with all stacks, if it does not end. */
    static <T> T bounded(Callable<T> code) throws Exception {
        var result = new FutureTask<>(code);
        Thread.ofPlatform().daemon().name("proof").start(result);
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stuck) {
            return fail("stuck:\n" + stacks());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw (Error) e.getCause();
        }
    }

    private static String stacks() {
        var text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(entry.getKey()).append(' ').append(entry.getKey().getState());
            for (StackTraceElement frame : entry.getValue()) {
                text.append("\n    ").append(frame);
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** Runs {@code main} on one loop of this transport, in bounded time. */
    static void run(Transport transport, Block<Exception> main) throws Exception {
        bounded(() -> {
            AnyIO.run(main, NettyOptions.DEFAULTS.withTransport(transport));
            return null;
        });
    }

    static IoHandlerFactory handlers(Transport transport) {
        return switch (transport) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case KQUEUE -> KQueueIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    static MultiThreadIoEventLoopGroup group(Transport transport, int loops) {
        return new MultiThreadIoEventLoopGroup(loops, handlers(transport));
    }

    static void shutDown(EventLoopGroup group) {
        var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        assertThat(group.terminationFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    /** Waits, on a thread that is not a task, for a condition that no event signals. */
    @SuppressWarnings("ThreadPriorityCheck") // there is no better way to wait
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                fail("never came true:\n" + stacks());
            }
            Thread.yield();
        }
    }

    /** Returns the name of the platform thread that carries the current virtual thread. */
    static String carrierThread() {
        String text = Thread.currentThread().toString();
        return text.substring(text.lastIndexOf('@') + 1);
    }
}
