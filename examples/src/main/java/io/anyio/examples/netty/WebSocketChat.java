package io.anyio.examples.netty;

import io.anyio.WouldBlockException;
import io.anyio.netty.MessageStream;
import io.anyio.netty.NettyFutures;
import io.anyio.netty.NettyRuntime;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * A chat over WebSocket. A connection begins with HTTP; in the middle of it its task replaces the handlers of the
 * pipeline, and goes on with frames instead of requests.
 */
@Command(name = "websocket", description = "a chat over WebSocket; try it with the console of two browsers")
public final class WebSocketChat extends NettyExample {
    private static final int LARGEST = 65_536;

    private final Set<MessageStream> members = ConcurrentHashMap.newKeySet(); // of all loops

    @Override
    protected Server start(EventLoopGroup group, int listenOn) throws Exception {
        NettyRuntime runtime = NettyRuntime.attach(group);
        Channel listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(LARGEST))
                                .addLast(runtime.handler(WebSocketChat.this::serve));
                    }
                })
                .bind("127.0.0.1", listenOn)
                .sync()
                .channel();
        int port = ((InetSocketAddress) listening.localAddress()).getPort();
        System.out.println("try: s = new WebSocket('ws://127.0.0.1:" + port
                + "/chat'); s.onmessage = m => console.log(m.data); s.onopen = () => s.send('hello')");
        return new Server() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void stop() throws Exception {
                listening.close().sync();
                sayGoodbye();
                runtime.close(); // what was sent is written before the connections are closed
            }
        };
    }

    private void serve(MessageStream connection) {
        if (!upgrade(connection)) {
            return;
        }
        members.add(connection);
        tellOthers(connection, "* another one has come");
        try {
            talk(connection);
        } finally {
            members.remove(connection);
            tellOthers(connection, "* one has left");
        }
    }

    // begin upgrade
    /** Answers the first request. Returns whether frames of WebSocket follow. */
    private static boolean upgrade(MessageStream connection) {
        FullHttpRequest request = connection.receive(FullHttpRequest.class);
        WebSocketServerHandshaker handshaker = handshaker(request);
        if (handshaker == null) {
            connection.send(
                    new Answer(HttpResponseStatus.UPGRADE_REQUIRED, "this is a chat over WebSocket").toMessage());
            return false;
        }
        try {
            NettyFutures.await(connection.changePipeline(pipeline -> {
                pipeline.addBefore(pipeline.lastContext().name(), null, new WebSocketFrameAggregator(LARGEST));
                return handshaker.handshake(connection.channel(), request); // replaces the codec, and answers
            }));
            return true;
        } catch (WebSocketHandshakeException wrong) {
            connection.send(
                    new Answer(HttpResponseStatus.BAD_REQUEST, "this is no handshake of WebSocket").toMessage());
            return false;
        }
    }
    // end upgrade

    private static @Nullable WebSocketServerHandshaker handshaker(FullHttpRequest request) {
        boolean wanted = request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        return wanted
                ? new WebSocketServerHandshakerFactory(request.uri(), null, false, LARGEST).newHandshaker(request)
                : null;
    }

    private void talk(MessageStream connection) {
        while (true) {
            switch (connection.receive()) {
                case TextWebSocketFrame frame -> tellOthers(connection, frame.text());
                case PingWebSocketFrame ping ->
                    connection.send(new PongWebSocketFrame(ping.content().retain()));
                case CloseWebSocketFrame close -> {
                    connection.send(close.retain()); // as the protocol wants it
                    return;
                }
                default -> {} // binary frames, and answers to pings that were not sent
            }
        }
    }

    private void tellOthers(MessageStream sender, String text) {
        for (MessageStream member : members) {
            if (member != sender) {
                tell(member, new TextWebSocketFrame(text));
            }
        }
    }

    // begin send-now
    /** Does not wait: a member who does not read must not hold up the others. */
    private static void tell(MessageStream member, WebSocketFrame frame) {
        try {
            member.sendNow(frame);
        } catch (WouldBlockException | BrokenResourceException | ClosedResourceException tooSlow) {
            frame.release(); // it was not taken
            var _ = member.channel().close(); // this ends the task of the member
        }
    }
    // end send-now

    private void sayGoodbye() {
        for (MessageStream member : members) {
            tell(member, new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
        }
    }
}
