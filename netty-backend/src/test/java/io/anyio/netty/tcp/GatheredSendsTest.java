package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.spi.SocketSettings;
import io.netty.channel.ChannelOutboundBuffer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that sends which cannot leave share buffers. */
class GatheredSendsTest extends NettyTestBase {

    /** Each send would otherwise keep a buffer of its own. */
    @ParameterizedTest
    @MethodSource("transports")
    void manySmallSendsToAPeerThatDoesNotReadGather(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            run(transport, () -> {
                var stream = (ChannelTransport) CurrentNetwork.get("test")
                        .connect(new InetSocketAddress(LOOPBACK, server.getLocalPort()), null, SocketSettings.DEFAULTS);
                var clogged = new boolean[1];
                TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        while (true) {
                            stream.write(ByteBuffer.allocate(1024));
                            AnyIO.checkpoint(); // each piece is handed over separately
                        }
                    });
                    while (!clogged[0]) {
                        AnyIO.sleep(Duration.ofMillis(1));
                        clogged[0] = AnyIO.runningTasks().stream()
                                .anyMatch(task -> task.waitsFor().equals("send"));
                    }
                    ChannelOutboundBuffer waiting = stream.channel().unsafe().outboundBuffer();
                    assertThat(waiting.size()).isLessThanOrEqualTo(2); // with 64 KiB each
                    group.cancel();
                });
                stream.abort();
            });
        }
    }
}
