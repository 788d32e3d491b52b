package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a peer waits for a task that does not receive, with little memory in between. */
class ReceiveBackPressureTest extends NettyTestBase {

    /** More than both sockets' buffers and ours hold together. */
    private static final int MUCH = 64 * 1024 * 1024;

    /** The number of rounds without progress after which a task counts as stuck. */
    private static final int ROUNDS = 200;

    @ParameterizedTest
    @MethodSource("transports")
    void aPeerWaitsForATaskThatDoesNotReceive(Transport transport) {
        EventLoopGroup[] loops = new EventLoopGroup[1];
        byte[] data = random(MUCH, 6);
        AnyIO.run(
                () -> {
                    var stuck = new Signal();
                    try (SocketListener listener = Tcp.listen(HOST, 0)) {
                        int port = listener.port();
                        peer(() -> {
                            pushUntilStuck(port, data, loops[0], stuck);
                            return null;
                        });
                        SocketStream stream = listener.accept();
                        stuck.await();
                        ByteBuffer all = ByteBuffer.allocate(MUCH);
                        try {
                            while (true) {
                                if (all.hasRemaining()) {
                                    stream.receive(all);
                                } else {
                                    stream.receive(1);
                                }
                            }
                        } catch (EndOfStreamException end) {
                            assertThat(all.array()).isEqualTo(data);
                        }
                        stream.close();
                    }
                },
                NettyOptions.DEFAULTS.withLoopFactory(() -> {
                    loops[0] = new MultiThreadIoEventLoopGroup(1, handlers(transport));
                    return loops[0];
                }));
    }

    private static void pushUntilStuck(int port, byte[] data, EventLoopGroup loops, Signal stuck) throws Exception {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(LOOPBACK, port))) {
            channel.configureBlocking(false);
            ByteBuffer rest = ByteBuffer.wrap(data);
            for (int same = 0; same < ROUNDS; same++) {
                if (channel.write(rest) > 0) {
                    same = 0;
                }
                loops.submit(() -> {}).get(); // the loop has had a turn
            }
            assertThat(rest.position()).isLessThan(MUCH / 2);
            stuck.set();
            channel.configureBlocking(true);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }
}
