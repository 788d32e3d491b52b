package io.anyio.netty;

import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.stream.Listener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;

/** Replaces itself by the stream and the task of one connection. */
@Sharable
final class ConnectionInitializer extends ChannelHandlerAdapter {
    private final NettyRuntime runtime;
    private final MessageStreamOptions options;
    private final Listener.Handler<? super MessageStream> handler;

    ConnectionInitializer(
            NettyRuntime runtime, MessageStreamOptions options, Listener.Handler<? super MessageStream> handler) {
        this.runtime = runtime;
        this.options = options;
        this.handler = handler;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Channel channel = context.channel();
        NettyLoopDriver port;
        try {
            port = runtime.portOf(channel);
        } catch (IllegalArgumentException foreign) { // Netty logs it; the peer would wait for ever
            var _ = channel.close();
            throw foreign;
        }
        ChannelLoop loop = ChannelLoop.of(port);
        var stream = new MessageStream(channel, loop, options);
        var task = new ConnectionTask(runtime, port.index(), stream, handler);
        channel.pipeline().addAfter(context.name(), null, new MessageHandler(stream, loop, task));
        channel.pipeline().remove(context.name());
    }
}
