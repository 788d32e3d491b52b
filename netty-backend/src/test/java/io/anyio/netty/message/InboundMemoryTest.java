package io.anyio.netty.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.netty.AttachedServerTestBase;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the messages of one read do not all wait in memory until their task receives the first one. */
class InboundMemoryTest extends AttachedServerTestBase {
    private static final int MESSAGES =
            500; // from one byte; a slow machine can receive them in the time that tasks have
    private static final int MAX_ROUNDS = 300;

    /** The number of small messages that are more than the limit: each counts at least 512 bytes. */
    private static final int LIMIT = InboundMessages.HIGH / 512;

    private final AtomicInteger received = new AtomicInteger();
    private int produced; // the loop only
    private volatile int mostWaiting; // written by the loop

    /** A decoder that makes many messages of each byte. */
    private final class Decoder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            mostWaiting = 0;
            for (int i = 0; i < MESSAGES; i++) {
                produced++;
                mostWaiting = Math.max(mostWaiting, produced - received.get());
                context.fireChannelRead("message");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTaskReceivesWhileOneReadProducesHundredsOfMessages(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                for (int i = 0; i < MESSAGES; i++) {
                    connection.receive();
                    received.incrementAndGet();
                }
                connection.send(Unpooled.copiedBuffer("x", US_ASCII));
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new Decoder(), handler));
        boolean onLoop = System.getProperty("anyio.test.carrier", "").equals("loop");
        try (Socket socket = connect(port)) {
            int least = MESSAGES;
            // tasks may run for a part of a turn of the loop only, which is too short until the code is compiled
            for (int round = 0; round < MAX_ROUNDS && least > 2 * LIMIT; round++) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                least = Math.min(least, mostWaiting);
            }
            if (onLoop) { // otherwise the task may wait for a processor
                assertThat(least).isLessThanOrEqualTo(2 * LIMIT);
            }
        }
        assertThat(received.get() % MESSAGES).isZero();
        runtime.close();
    }
}
