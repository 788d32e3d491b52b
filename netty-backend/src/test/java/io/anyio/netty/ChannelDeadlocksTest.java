package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.testsuite.guarantees.JvmProcess;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that tasks and handlers of channels which share locks, loggers or the end of the JVM get stuck nowhere. */
class ChannelDeadlocksTest extends AttachedServerTestBase {
    private static final int MOST_ROUNDS = 50;
    private static final Object MONITOR = new Object();
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Logger LOGGER = Logger.getLogger("io.anyio.netty.ChannelDeadlocksTest");

    /** A handler that takes the locks of the tasks, as a metrics handler of a server might. */
    private static final class LockingHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            withLocks(() -> {});
            LOGGER.finest("read");
            context.fireChannelRead(message);
        }
    }

    private static void withLocks(Runnable code) {
        LOCK.lock();
        try {
            synchronized (MONITOR) {
                code.run();
            }
        } finally {
            LOCK.unlock();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksAndHandlersShareLocks(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var held = new Semaphore(0);
        var handler = runtime.handler(connection -> {
            while (true) {
                ByteBuf line = (ByteBuf) connection.receive();
                boolean slow = line.getByte(0) == 's';
                withLocks(() -> {
                    LOGGER.finest("answer");
                    if (slow) { // suspended while it holds the locks that its own loop wants
                        held.release();
                        AnyIO.sleep(Duration.ofMillis(30));
                    }
                    connection.send(Unpooled.copiedBuffer("ok\n", US_ASCII));
                });
            }
        });
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(new LockingHandler(), new LineBasedFrameDecoder(100), handler));
        try (Socket slow = connect(port);
                Socket fast = connect(port)) {
            for (int i = 0;
                    i < 5
                            || (i < MOST_ROUNDS
                                    && isOnLoop()
                                    && runtime.statistics().rescues() == 0);
                    i++) {
                slow.getOutputStream().write("slow\n".getBytes(US_ASCII));
                assertThat(held.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
                fast.getOutputStream().write("fast\n".getBytes(US_ASCII));
                assertThat(fast.getInputStream().readNBytes(3)).hasSize(3);
                assertThat(slow.getInputStream().readNBytes(3)).hasSize(3);
            }
        }
        runtime.close();
        if (isOnLoop()) {
            assertThat(runtime.statistics().rescues()).isPositive();
        }
    }

    private static boolean isOnLoop() {
        return System.getProperty("anyio.test.carrier", "").equals("loop");
    }

    /** A server whose task ends the JVM, with a hook that shuts the loops down. */
    static final class Exiting {
        private Exiting() {}

        static void main() throws Exception {
            var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            var runtime = NettyRuntime.attach(group);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                // not runtime.close(), which would wait for the task that waits for this hook
                runtime.shutdown(Duration.ofSeconds(1));
                var _ = group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
                System.out.println(
                        group.terminationFuture().awaitUninterruptibly(20, TimeUnit.SECONDS) ? "closed" : "stuck");
            }));
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(runtime.handler(connection -> {
                        connection.receive();
                        System.exit(3);
                    }))
                    .bind(LOOPBACK, 0)
                    .sync()
                    .channel();
            try (Socket socket = connect(((InetSocketAddress) server.localAddress()).getPort())) {
                socket.getOutputStream().write(1);
                System.out.println("read " + socket.getInputStream().read());
            }
        }
    }

    @Test
    @Tag("once")
    void aTaskThatEndsTheJvmDoesNotKeepTheLoopsFromEnding() throws Exception {
        try (var process = new JvmProcess(Exiting.class, List.of())) {
            assertThat(process.lines()).contains("closed");
        }
    }
}
