package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.spi.Carrier;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that data which a task sends in one go reaches the system in one go. */
class FlushTest extends NettyTestBase {
    /** A task makes more calls than this between two readings of the clock, so it can lose the loop at most once. */
    private static final int SENDS = 15;

    private static final int ROUNDS = 20;
    private static final int WARM_UP = 100;

    @ParameterizedTest
    @MethodSource("transports")
    void manySendsAreFlushedOnceInADrain(Transport transport) throws Exception {
        var flushes = new AtomicInteger();
        NettyOptions options = NettyOptions.DEFAULTS
                .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, handlers(transport)))
                .withChannels(counting(flushes, channels(transport)));
        AnyIO.run(
                () -> {
                    assumeTrue(AnyIO.currentRun().carrier() == Carrier.LOOP, "elsewhere the loop runs beside the task");
                    try (SocketListener listener = Tcp.listen(HOST, 0);
                            SocketStream sender = Tcp.connect(HOST, listener.port());
                            SocketStream receiver = listener.accept()) {
                        for (int round = -WARM_UP; round < ROUNDS; round++) {
                            if (round == 0) {
                                flushes.set(0); // until now, interpreted code may have used up its time slices
                            }
                            for (int i = 0; i < SENDS; i++) {
                                sender.send(new byte[] {(byte) i});
                            }
                            sender.flush();
                            for (int got = 0; got < SENDS; ) {
                                got += receiver.receive().length;
                            }
                        }
                    }
                },
                options);
        assertThat(flushes).hasValueBetween(ROUNDS, 2 * ROUNDS);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anAnswerDoesNotWaitForMoreToRead(Transport transport) throws Exception {
        connection(
                transport,
                socket -> {
                    socket.setSoTimeout(10_000);
                    for (int i = 0; i < ROUNDS; i++) {
                        socket.getOutputStream().write(i);
                        assertThat(socket.getInputStream().read()).isEqualTo(i);
                    }
                },
                stream -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        stream.send(stream.receive());
                    }
                    stream.flush();
                });
    }

    private static ChannelTypes counting(AtomicInteger flushes, ChannelFactories types) {
        return ChannelTypes.of(types.label(), types.server(), () -> {
            Channel channel = types.client().newChannel();
            channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                    flushes.incrementAndGet();
                    context.flush();
                }
            });
            return channel;
        });
    }
}
