package io.anyio.examples.netty.before;

import io.anyio.examples.netty.BackEndException;
import io.anyio.examples.netty.BackEnds;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

// begin call
/** A call of a back end, on a connection of its own. */
final class BackEndCall extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final CompletableFuture<String> text = new CompletableFuture<>();

    private BackEndCall() {}

    /** Calls a back end from an event loop. The future fails with a {@code TimeoutException} when the time is up. */
    static CompletableFuture<String> get(EventLoop loop, InetSocketAddress backEnd, String path, Duration patience) {
        var call = new BackEndCall();
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(65_536), call);
                    }
                })
                .connect(backEnd);
        var _ = connecting.addListener(done -> {
            if (done.isSuccess()) {
                var _ = connecting.channel().writeAndFlush(BackEnds.request(path));
            } else {
                call.text.completeExceptionally(new BackEndException("Cannot connect to " + backEnd, done.cause()));
            }
        });
        return call.text.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, _) -> {
            var _ = connecting.channel().close(); // also when the time is up
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        try {
            text.complete(BackEnds.text(response));
        } catch (BackEndException failure) {
            text.completeExceptionally(failure);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        text.completeExceptionally(new BackEndException("The back end has closed the connection", null));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        text.completeExceptionally(new BackEndException("The call has failed", cause));
    }
}
// end call
