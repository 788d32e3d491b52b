package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of channel streams in pipelines whose protocol is chosen during the TLS handshake, with the JDK's client. */
class AlpnTest extends AttachedServerTestBase {
    private static SSLContext context;

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        context = TestCertificate.makeContext(folder);
    }

    private static SslContext ofServer(String... protocols) {
        return new JdkSslContext(
                context,
                false,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols),
                ClientAuth.NONE,
                null,
                false);
    }

    private static final class ByProtocol extends ApplicationProtocolNegotiationHandler {
        private final NettyRuntime runtime;

        ByProtocol(NettyRuntime runtime) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.runtime = runtime;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            ChannelPipeline pipeline = context.pipeline();
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                pipeline.addLast(
                        Http2FrameCodecBuilder.forServer().build(),
                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline().addLast(runtime.handler(AlpnTest::serveHttp2));
                            }
                        }));
            } else {
                pipeline.addLast(new HttpServerCodec(), runtime.handler(AlpnTest::serveHttp1));
            }
        }
    }

    /** Serves one stream of HTTP/2. */
    private static void serveHttp2(MessageStream stream) {
        Http2HeadersFrame request = stream.receive(Http2HeadersFrame.class);
        String path = request.headers().path().toString();
        int length = 0;
        boolean last = request.isEndStream();
        while (!last) {
            Http2DataFrame data = stream.receive(Http2DataFrame.class);
            length += data.content().readableBytes();
            last = data.isEndStream();
        }
        stream.send(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
        stream.send(new DefaultHttp2DataFrame(answer("h2", path, length), true));
    }

    /** Serves one connection of HTTP/1.1. */
    private static void serveHttp1(MessageStream connection) {
        while (true) {
            String path = connection.receive(HttpRequest.class).uri();
            int length = 0;
            for (HttpContent part : connection.until(HttpContent.class, LastHttpContent.class)) {
                length += part.content().readableBytes();
            }
            var response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, answer("http/1.1", path, length));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            connection.send(response);
        }
    }

    private static ByteBuf answer(String protocol, String path, int length) {
        return Unpooled.copiedBuffer(protocol + " " + path + " " + length, US_ASCII);
    }

    private int serveByProtocol(Transport transport, NettyRuntime runtime, String... protocols) throws Exception {
        SslContext ssl = ofServer(protocols);
        return serve(
                transport,
                channel -> channel.pipeline().addLast(ssl.newHandler(channel.alloc()), new ByProtocol(runtime)));
    }

    private static java.net.http.HttpRequest post(int port, int number, int length) {
        return java.net.http.HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/" + number))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofByteArray(new byte[length]))
                .build();
    }

    /** Sends requests that follow each other and requests at the same time, with bodies larger than a window. */
    private static void exchange(int port, HttpClient.Version asked, HttpClient.Version used, String protocol)
            throws Exception {
        try (var client = HttpClient.newBuilder()
                .version(asked)
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(30))
                .build()) {
            for (int length : new int[] {0, 1, 500_000}) {
                HttpResponse<String> response = client.send(post(port, 1, length), BodyHandlers.ofString(US_ASCII));
                assertThat(response.version()).isEqualTo(used);
                assertThat(response.body()).isEqualTo(protocol + " /1 " + length);
            }
            var responses = new ArrayList<CompletableFuture<HttpResponse<String>>>();
            for (int i = 0; i < 10; i++) {
                responses.add(client.sendAsync(post(port, i, 20_000 * i), BodyHandlers.ofString(US_ASCII)));
            }
            for (int i = 0; i < 10; i++) {
                HttpResponse<String> response = get(responses.get(i));
                assertThat(response.version()).isEqualTo(used);
                assertThat(response.body()).isEqualTo(protocol + " /" + i + " " + 20_000 * i);
            }
        }
    }

    private static void assertNoFailure(CapturedLog log) {
        assertThat(log.messagesButForWaits()).isEmpty(); // for the lock of the JDK's random numbers, for example
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theClientsProtocolDecidesWhichTasksServeIt(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 2));
        int port =
                serveByProtocol(transport, runtime, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
        try (var log = new CapturedLog("io.anyio")) {
            exchange(port, HttpClient.Version.HTTP_2, HttpClient.Version.HTTP_2, "h2");
            exchange(port, HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_1_1, "http/1.1");
            runtime.close();
            assertNoFailure(log);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aServerWithoutHttp2ServesTheOlderProtocol(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        int port = serveByProtocol(transport, runtime, ApplicationProtocolNames.HTTP_1_1);
        try (var log = new CapturedLog("io.anyio")) {
            exchange(port, HttpClient.Version.HTTP_2, HttpClient.Version.HTTP_1_1, "http/1.1");
            runtime.close();
            assertNoFailure(log);
        }
    }
}
