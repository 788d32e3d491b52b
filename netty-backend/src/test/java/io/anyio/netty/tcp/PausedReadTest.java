package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.spi.Carrier;
import io.anyio.spi.SocketSettings;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that channels are paused only while their loop has more to do than its time allows. */
class PausedReadTest extends NettyTestBase {
    private static final int CONNECTIONS = 16;
    private static final int TRIES = 5;

    /** Counts how often a channel was told to read, and had read. */
    private static final class Reads extends ChannelDuplexHandler {
        private int asked;
        private int done;

        @Override
        public void read(ChannelHandlerContext context) {
            asked++;
            context.read();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            done++;
            context.fireChannelReadComplete();
        }
    }

    /**
     * A loop that once had more to do than its time allows does not continue to pause channels, which would cost two
     * system calls for each message.
     */
    @ParameterizedTest
    @MethodSource("transports")
    void afterABusyMomentTasksFindTheirMessagesAgain(Transport transport) throws Exception {
        int rounds = 100;
        int fewest = Integer.MAX_VALUE; // a machine that stops the loop now and then causes some
        for (int i = 0; i < TRIES && fewest >= CONNECTIONS * rounds / 10; i++) {
            fewest = Math.min(fewest, pausesAfterABusyMoment(transport, rounds));
        }
        assertThat(fewest).isLessThan(CONNECTIONS * rounds / 10);
    }

    private int pausesAfterABusyMoment(Transport transport, int rounds) throws Exception {
        int size = 64 * 1024;
        int[] pauses = {0};
        try (var server = new ServerSocket(0, CONNECTIONS, LOOPBACK)) {
            run(transport, () -> {
                assumeTrue(AnyIO.currentRun().carrier() == Carrier.LOOP, "elsewhere tasks run beside the loop");
                List<ChannelTransport> ours = new ArrayList<>();
                List<Socket> theirs = new ArrayList<>();
                List<Reads> reads = new ArrayList<>();
                List<Peer<?>> peers = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    ours.add((ChannelTransport) CurrentNetwork.get("test")
                            .connect(
                                    new InetSocketAddress(LOOPBACK, server.getLocalPort()),
                                    null,
                                    SocketSettings.DEFAULTS));
                    theirs.add(server.accept());
                    reads.add(new Reads());
                    ours.getLast().channel().pipeline().addFirst(reads.getLast());
                }
                TaskGroup.run(group -> {
                    for (ChannelTransport each : ours) {
                        group.startSoon(() -> echo(each, (long) size * rounds));
                    }
                    AnyIO.checkpoint(); // all wait for their messages
                    for (int i = 0; i < 200; i++) {
                        group.startSoon(() -> busy(20_000));
                    }
                    for (Socket socket : theirs) {
                        peers.add(peer(() -> {
                            pushAndPull(socket, size, rounds);
                            return null;
                        }));
                    }
                });
                for (Peer<?> peer : peers) {
                    peer.join();
                }
                for (int i = 0; i < CONNECTIONS; i++) {
                    pauses[0] += reads.get(i).asked - reads.get(i).done;
                    ours.get(i).abort();
                    theirs.get(i).close();
                }
            });
        }
        return pauses[0];
    }

    private static void echo(ChannelTransport transport, long total) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        for (long left = total; left > 0; ) {
            left -= transport.receive(buffer.clear());
            buffer.flip();
            while (buffer.hasRemaining()) {
                transport.write(buffer);
            }
        }
        transport.flush();
    }

    private static void busy(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void pushAndPull(Socket socket, int size, int rounds) throws IOException {
        byte[] message = new byte[size];
        for (int i = 0; i < rounds; i++) {
            socket.getOutputStream().write(message);
            socket.getInputStream().readNBytes(message, 0, size);
        }
    }
}
