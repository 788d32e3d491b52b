package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testsuite.CapturedLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of channel streams in pipelines with TLS, from the beginning and from the middle of a connection. */
class TlsStreamsTest extends AttachedServerTestBase {
    private static SSLContext context;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        context = TestCertificate.makeContext(folder);
    }

    private static SSLEngine engine(boolean client) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        return engine;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, US_ASCII);
    }

    private static String text(Object message) {
        return ((ByteBuf) message).toString(US_ASCII);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void bothSidesSpeakTls(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            while (true) {
                connection.send(((ByteBuf) connection.receive()).retain());
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new SslHandler(engine(false)), handler));
        var bootstrap = new Bootstrap().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new SslHandler(engine(true)));
            }
        });
        try (var log = new CapturedLog("io.anyio")) {
            run(transport, () -> {
                try (MessageStream stream = NettyStreams.connect(bootstrap, new InetSocketAddress(LOOPBACK, port))) {
                    stream.send(bytes("hello")); // before the handshake is complete
                    assertThat(text(stream.receive())).isEqualTo("hello");
                    var all = stream.asBytes();
                    byte[] big = random(500_000, 1);
                    all.send(big);
                    var answer = Unpooled.buffer();
                    while (answer.readableBytes() < big.length) {
                        answer.writeBytes(all.receive(100_000));
                    }
                    assertThat(answer.equals(Unpooled.wrappedBuffer(big))).isTrue();
                }
            });
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aConnectionSwitchesToTlsInTheMiddle(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(connection -> {
            assertThat(text(connection.receive())).isEqualTo("STARTTLS");
            connection.changePipeline(
                    pipeline -> pipeline.addFirst(new SslHandler(engine(false), true))); // the first answer is plain
            connection.send(bytes("begin\n"));
            while (true) {
                connection.send(bytes("secret " + text(connection.receive()) + "\n"));
            }
        });
        int port = serve(transport, channel -> channel.pipeline().addLast(new LineBasedFrameDecoder(100), handler));
        try (var log = new CapturedLog("io.anyio")) {
            try (Socket plain = connect(port)) {
                plain.getOutputStream().write("STARTTLS\n".getBytes(US_ASCII));
                assertThat(new String(plain.getInputStream().readNBytes(6), US_ASCII))
                        .isEqualTo("begin\n");
                try (var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true)) {
                    for (int i = 0; i < 10; i++) {
                        secure.getOutputStream().write(("line" + i + "\n").getBytes(US_ASCII));
                        assertThat(new String(secure.getInputStream().readNBytes(13), US_ASCII))
                                .isEqualTo("secret line" + i + "\n");
                    }
                }
            }
            runtime.close();
            assertThat(log.messagesButForWaits()).isEmpty();
        }
    }
}
