package io.anyio.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Forwards Netty's events of a channel that affect the messages sent to it. The first handler of the pipeline. */
final class OutboundEvents extends ChannelInboundHandlerAdapter {
    private final OutboundMessages messages;

    OutboundEvents(OutboundMessages messages) {
        this.messages = messages;
    }

    /** The channel may have changed before this handler was added. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (!context.channel().isOpen()) {
            messages.closed();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        messages.wakeIfWritable();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        messages.closed();
        context.fireChannelInactive();
    }
}
