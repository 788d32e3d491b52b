package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.netty.loop.OpenChannelsHere;
import io.anyio.netty.transport.IoUringPolls;
import io.anyio.netty.transport.TransportKind;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of an io_uring operation that Netty considers under way, although no answer will ever come. In reality this
 * takes a reset at the right moment; here Netty's own record is forged.
 */
class LostAnswerTest extends NettyTestBase {
    private static final Duration LONG = Duration.ofSeconds(10);

    /** Netty's flags of operations under way. */
    private static final int POLL_OUT_SCHEDULED = 1 << 2;

    private static final int WRITE_SCHEDULED = 1 << 4;

    /** A call that waits for the system to take the data sent. */
    private interface Waiting {
        void run(ChannelTransport stream) throws Exception;
    }

    @BeforeEach
    void thereIsIoUring() {
        assumeTrue(TransportSupport.whyNot(TransportKind.IO_URING).isEmpty());
    }

    @Test
    void aSendThatWaitsForRoomLearnsOfTheReset() throws Exception {
        lost(
                POLL_OUT_SCHEDULED,
                stream -> assertThatThrownBy(() -> {
                            while (true) {
                                stream.write(ByteBuffer.allocate(100_000));
                            }
                        })
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("Broken pipe"));
    }

    @Test
    void aFlushLearnsOfTheReset() throws Exception {
        lost(
                POLL_OUT_SCHEDULED,
                stream -> assertThatThrownBy(stream::flush)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("Broken pipe"));
    }

    @Test
    void aSendLearnsOfTheResetAlsoWhenTheWriteIsNeverAnswered() throws Exception {
        lost(
                WRITE_SCHEDULED,
                stream -> assertThatThrownBy(() -> {
                            while (true) {
                                stream.write(ByteBuffer.allocate(100_000));
                            }
                        })
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset"));
    }

    @Test
    void closingComesToItsEndAlsoWhenTheWriteIsNeverAnswered() throws Exception {
        lost(WRITE_SCHEDULED, stream -> {
            stream.close();
            stream.awaitClosed();
        });
    }

    @Test
    void closingComesToItsEnd() throws Exception {
        lost(POLL_OUT_SCHEDULED, stream -> {
            stream.close();
            stream.awaitClosed();
        });
    }

    @Test
    void anEndBehindWhatWasSentLetsTheChannelBeClosed() throws Exception {
        lost(POLL_OUT_SCHEDULED, stream -> {
            stream.shutdownOutput();
            while (OpenChannelsHere.count() > 0) {
                AnyIO.checkpoint();
            }
        });
    }

    /** A timer would wake the loop. */
    @Test
    void nothingIsLookedAtWhileNothingIsUnderWay() throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            var clogged = new Signal();
            int size = 16 * 1024 * 1024;
            peer(() -> {
                try (Socket socket = server.accept()) {
                    clogged.awaitInThread();
                    assertThat(socket.getInputStream().readNBytes(size)).hasSize(size);
                    assertThat(readAll(socket)).isEmpty();
                }
                return null;
            });
            run(Transport.IO_URING, () -> {
                ChannelTransport stream = connect(server);
                assertThat(stream.isWatched()).isFalse();
                TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        ByteBuffer much = ByteBuffer.allocate(size);
                        while (much.hasRemaining()) {
                            stream.write(much);
                        }
                        stream.flush();
                    });
                    while (!stream.isWatched()) {
                        AnyIO.checkpoint();
                    }
                    clogged.set();
                });
                while (stream.isWatched()) { // on the portable carrier the loop's thread may not have finished with it
                    AnyIO.checkpoint();
                }
                stream.close();
                stream.awaitClosed();
            });
        }
    }

    private void lost(int operation, Waiting waiting) throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            var sent = new Signal();
            peer(() -> {
                Socket socket = server.accept();
                socket.shutdownOutput();
                sent.awaitInThread();
                reset(socket);
                return null;
            });
            run(Transport.IO_URING, () -> {
                ChannelTransport stream = connect(server);
                assertThat(stream.receive(1)).isNull();
                lose(stream, operation, true);
                stream.write(ByteBuffer.allocate(50_000));
                sent.set();
                try {
                    Timeouts.failAfter(LONG, () -> waiting.run(stream));
                } finally {
                    lose(stream, operation, false);
                    // makes Netty look again at the operation
                    stream.channel().eventLoop().execute(() -> IoUringPolls.answer(stream.channel(), 0));
                    stream.abort();
                }
            });
        }
    }

    private static ChannelTransport connect(ServerSocket server) throws IOException {
        return (ChannelTransport) CurrentNetwork.get("test")
                .connect(new InetSocketAddress(LOOPBACK, server.getLocalPort()), null, SocketSettings.DEFAULTS);
    }

    /** Marks the operation as under way in Netty's state, or clears the mark. */
    private static void lose(ChannelTransport stream, int operation, boolean lost) throws Exception {
        Class<?> type = stream.channel().getClass().getSuperclass().getSuperclass();
        Field state = type.getDeclaredField("ioState");
        state.setAccessible(true);
        int others = state.getByte(stream.channel()) & ~operation;
        state.setByte(stream.channel(), (byte) (lost ? others | operation : others));
    }
}
