package io.anyio.examples.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;

/** The connections of a server, which end gracefully: each one after the answers to the requests that it has sent. */
public final class OpenConnections {
    private static final Object END = new Object();

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean ending;

    /**
     * Returns a handler for one connection, to be added after the aggregator and a {@code HttpServerKeepAliveHandler}.
     */
    public ChannelHandler handler() {
        return new EndHandler();
    }

    /** Ends all connections, and waits until they are closed. Returns whether they were in time. */
    public boolean end(Duration limit) throws InterruptedException {
        ending = true;
        for (Channel channel : channels) {
            channel.pipeline().fireUserEventTriggered(END);
        }
        return channels.newCloseFuture().await(limit.toMillis());
    }

    /** Closes a connection when it is idle and should end. */
    private final class EndHandler extends ChannelDuplexHandler {
        private int unanswered;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            channels.add(context.channel());
            context.fireChannelActive();
            closeIfIdle(context);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof FullHttpRequest) {
                unanswered++;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof FullHttpResponse response) {
                unanswered--;
                if (ending && unanswered == 0) {
                    HttpUtil.setKeepAlive(response, false); // so that the handler of Netty closes the connection
                }
            }
            var _ = context.write(message, promise);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == END) {
                closeIfIdle(context);
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        private void closeIfIdle(ChannelHandlerContext context) {
            if (ending && unanswered == 0) {
                var _ = context.close();
            }
        }
    }
}
