package io.anyio.examples.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.examples.netty.NettyExample.Server;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The chat over WebSocket, with the JDK's client. */
@Timeout(60)
class WebSocketChatTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpClient http = HttpClient.newHttpClient();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        server = new WebSocketChat().start(group, 0);
    }

    @AfterEach
    void end() throws Exception {
        server.stop();
        http.shutdownNow();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A member of the chat. */
    private static final class Member implements WebSocket.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                events.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong of " + message.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            events.add("closed with " + status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("failed: " + error);
        }
    }

    private WebSocket join(Member member) {
        return http.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/chat"), member)
                .join();
    }

    @Test
    void whatOneSaysTheOthersHear() throws Exception {
        var ada = new Member();
        var grace = new Member();
        WebSocket first = join(ada);
        first.sendPing(ByteBuffer.allocate(3)).join(); // its answer shows that the member is in
        assertThat(ada.events.take()).isEqualTo("pong of 3");
        WebSocket second = join(grace);
        assertThat(ada.events.take()).isEqualTo("* another one has come");
        first.sendText("hello", true).join();
        assertThat(grace.events.take()).isEqualTo("hello");
        second.sendText("in ", false).join();
        second.sendText("parts", true).join();
        assertThat(ada.events.take()).isEqualTo("in parts");
        String largest = "x".repeat(60_000);
        second.sendText(largest, true).join();
        assertThat(ada.events.take()).isEqualTo(largest);
        second.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        assertThat(grace.events.take()).isEqualTo("closed with 1000");
        assertThat(ada.events.take()).isEqualTo("* one has left");
    }

    @Test
    void aClientThatVanishesHasLeft() throws Exception {
        var ada = new Member();
        WebSocket first = join(ada);
        first.sendPing(ByteBuffer.allocate(0)).join();
        assertThat(ada.events.take()).isEqualTo("pong of 0");
        WebSocket second = join(new Member());
        assertThat(ada.events.take()).isEqualTo("* another one has come");
        second.abort();
        assertThat(ada.events.take()).isEqualTo("* one has left");
    }

    @Test
    void theEndOfTheServerIsToldToTheMembers() throws Exception {
        var ada = new Member();
        WebSocket first = join(ada);
        first.sendPing(ByteBuffer.allocate(1)).join();
        assertThat(ada.events.take()).isEqualTo("pong of 1");
        server.stop();
        assertThat(ada.events.take()).isEqualTo("closed with 1001");
    }

    @Test
    void anOrdinaryRequestIsRefused() throws Exception {
        URI page = URI.create("http://127.0.0.1:" + server.port() + "/chat");
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(426);
        assertThat(answer.body()).isEqualTo("this is a chat over WebSocket\n");
    }

    @Test
    void anUpgradeThatLacksSomethingIsRefused() throws Exception {
        assertThat(raw("sec-websocket-version: 13\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(raw("sec-websocket-version: 99\r\n")).startsWith("HTTP/1.1 426 ");
    }

    private String raw(String header) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            String request = "GET /chat HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n" + header + "\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
