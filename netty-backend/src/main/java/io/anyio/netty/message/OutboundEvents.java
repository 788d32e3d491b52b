package io.anyio.netty.message;

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
        if (context.channel().isOpen()) {
            messages.observed();
        } else {
            messages.closed();
        }
    }

    /** The channel is closed and destroyed, or other code has cleared the pipeline. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        messages.notCounted();
        if (context.channel().isOpen()) {
            messages.unobserved();
        } else {
            messages.closed();
        }
    }

    /** The tasks and the actions of this channel belong to the loop that it has left. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        if (context.channel().isOpen()) {
            var _ = messages.fail(new IllegalStateException(
                    context.channel() + " was deregistered from its event loop, so its tasks cannot use it; close it"));
        }
        context.fireChannelUnregistered();
    }

    /** All handlers have seen what was read: tasks may answer now. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        messages.loop().readCompleted();
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
