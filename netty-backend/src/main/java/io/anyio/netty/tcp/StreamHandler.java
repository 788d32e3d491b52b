package io.anyio.netty.tcp;

import io.anyio.netty.loop.NettyLoopDriver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/** Forwards Netty's events of a connection to its transport. */
final class StreamHandler extends ChannelInboundHandlerAdapter {
    private final ChannelTransport transport;
    private final NettyLoopDriver driver;

    StreamHandler(ChannelTransport transport, NettyLoopDriver driver) {
        this.transport = transport;
        this.driver = driver;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        driver.open().add(context.channel(), transport);
        driver.senders().add(context.channel(), transport::bytesToSend);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        driver.open().remove(context.channel());
        driver.senders().remove(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf buffer) {
            transport.channelRead(buffer);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        transport.channelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            transport.inputEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // around the end of a stream, epoll reports errors that are not failures
        if (!transport.inbound().hasEnded()) {
            transport.fail(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        transport.closed();
    }
}
