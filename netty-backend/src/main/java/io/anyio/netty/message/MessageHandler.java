package io.anyio.netty.message;

import io.anyio.netty.loop.ChannelLoop;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.loop.OpenChannels;
import io.anyio.netty.transport.SystemErrors;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** The last handler of a pipeline: forwards what the pipeline produces to a stream of messages. */
public final class MessageHandler extends ChannelInboundHandlerAdapter implements OpenChannels.OpenChannel {

    private static final Events NO_EVENTS = new Events() {};

    /** What the owner of the stream does when the channel changes. Called on the loop's thread. */
    interface Events {

        /** Called once when the channel is active. */
        default void opened() {}

        /** Called at least once when the channel is closed. */
        default void closed() {}
    }

    private final ChannelMessages stream;
    private final ChannelLoop loop;
    private final Events events;
    private boolean opened; // loop only

    /** The handler of a stream whose owner does nothing when the channel changes. */
    public MessageHandler(ChannelMessages stream, ChannelLoop loop) {
        this(stream, loop, NO_EVENTS);
    }

    MessageHandler(ChannelMessages stream, ChannelLoop loop, Events events) {
        this.stream = stream;
        this.loop = loop;
        this.events = events;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        NettyLoopDriver driver = loop.driver();
        if (driver != null && context.channel().isRegistered()) { // otherwise nothing would remove it
            driver.open().add(context.channel(), this);
        }
        stream.open(context);
        if (!context.channel().isOpen()) {
            stream.inbound().end();
        }
        openIfActive(context);
    }

    private void openIfActive(ChannelHandlerContext context) {
        if (!opened && context.channel().isActive()) {
            opened = true;
            events.opened();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        openIfActive(context);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        stream.inbound().arrive(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        stream.inbound().readOnDemand();
        context.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        boolean received = stream.receivesEvent(event);
        if (received) {
            stream.inbound().arrive(event);
        }
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            stream.inbound().end();
        }
        if (!received) {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            stream.inbound().arrive(new InboundMessages.Caught(cause));
        } else if (!stream.inbound().hasEnded()) { // transports report errors after the end that are not failures
            stream.fail(SystemErrors.precise(cause));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        events.closed();
        context.fireChannelInactive();
    }

    /** Ends the stream. If a message that could not be written has closed the channel, tasks learn that. */
    private void end() {
        Throwable failure = stream.outbound().failure();
        if (failure == null || failure instanceof ClosedChannelException) { // the peer, or a task, has closed it
            stream.inbound().end();
        } else {
            stream.inbound().fail(failure instanceof IOException ? SystemErrors.precise(failure) : failure);
        }
    }

    /** Other code may have registered the channel with another loop, on which this stream does not work. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        end();
        context.fireChannelUnregistered();
    }

    /** The channel is closed and destroyed, or other code has removed this handler. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        NettyLoopDriver driver = loop.driver();
        if (driver != null) {
            driver.open().remove(context.channel());
        }
        stream.inbound().end();
        var _ = context.channel().closeFuture().addListener(_ -> events.closed()); // also if this handler is gone
    }

    // ---- the end of a run ----

    @Override
    public boolean isSending() {
        return stream.outbound().isSending();
    }

    @Override
    public ChannelFuture closeNow() {
        return stream.channel().close();
    }

    @Override
    public void loopEnded() {
        stream.loopEnded();
    }
}
