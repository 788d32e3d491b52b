package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that tasks which wait for a call on an event loop learn of the end of the loop. */
class EndingLoopTest extends NettyTestBase {

    /** A loop that accepts tasks and drops them, as an ending one can at a bad moment. */
    private static final class DroppingLoops extends MultiThreadIoEventLoopGroup {
        private volatile boolean drops;
        private final Signal dropped = new Signal();

        DroppingLoops(Transport transport) {
            super(1, handlers(transport));
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
            return new SingleThreadIoEventLoop(this, executor, factory) {
                @Override
                public void execute(Runnable task) {
                    if (drops) {
                        dropped.set();
                    } else {
                        super.execute(task);
                    }
                }
            };
        }
    }

    private static Channel connect(Transport transport, EventLoopGroup loops, ServerSocket server) {
        var connecting = new Bootstrap()
                .group(loops)
                .channelFactory(channels(transport).client())
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new InetSocketAddress(LOOPBACK, server.getLocalPort()));
        NettyFutures.await(connecting);
        return connecting.channel();
    }

    /** What a task does with a channel on the loop. */
    private interface Call {
        void run(Channel channel, MessageStream stream);
    }

    private void endsWithTheLoop(Transport transport, Call call) throws Exception {
        var loops = new DroppingLoops(transport);
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            run(transport, () -> {
                Channel channel = connect(transport, loops, server);
                MessageStream stream = NettyStreams.of(channel);
                loops.drops = true;
                TaskGroup.run(group -> {
                    group.startSoon(() -> assertThatThrownBy(() -> call.run(channel, stream))
                            .isInstanceOf(BrokenResourceException.class)
                            .hasMessageContaining("has ended"));
                    loops.dropped.await();
                    var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
                });
            });
        } finally {
            var _ = loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
            loops.terminationFuture().awaitUninterruptibly(30, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void changePipelineEndsWhenTheLoopHasDroppedItsCode(Transport transport) throws Exception {
        endsWithTheLoop(transport, (_, stream) -> stream.changePipeline(pipeline -> pipeline));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void makingAStreamEndsWhenTheLoopHasDroppedItsCode(Transport transport) throws Exception {
        endsWithTheLoop(transport, (channel, _) -> NettyStreams.of(channel));
    }
}
