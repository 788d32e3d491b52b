package io.anyio.netty.message;

import io.anyio.netty.loop.ChannelLoop;
import io.anyio.resource.ClosedResourceException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The messages of a channel in both directions. {@code MessageStream} is their public form. */
public final class ChannelMessages {
    private final Channel channel;
    private final ChannelLoop loop;
    private final OutboundMessages outbound;
    private final Predicate<Object> events;
    private volatile @Nullable InboundMessages inbound; // set once by open()
    private volatile boolean closed; // set once by any thread

    /**
     * The messages of a channel whose handler is not in the pipeline yet.
     *
     * @param events returns whether a user event is received like a message
     */
    public ChannelMessages(Channel channel, ChannelLoop loop, Predicate<Object> events) {
        this.channel = channel;
        this.loop = loop;
        this.events = events;
        this.outbound = OutboundMessages.of(channel, loop);
        outbound.usedByStream();
    }

    /** Begins to collect messages. Called on the loop's thread when the handler is in the pipeline. */
    void open(ChannelHandlerContext context) {
        inbound = new InboundMessages(context, loop);
    }

    InboundMessages inbound() {
        return Objects.requireNonNull(inbound, "the handler of the stream is not in the pipeline yet");
    }

    /** Returns what is sent. */
    public OutboundMessages outbound() {
        return outbound;
    }

    boolean receivesEvent(Object event) {
        return events.test(event);
    }

    /** Returns the channel. */
    public Channel channel() {
        return channel;
    }

    /** Releases the message received last, waits for the next one and returns it. A checkpoint. */
    public Object receive() {
        return inbound().receive();
    }

    /** Like {@link #receive()}, and drops the messages before the next one of this type. */
    public <T> T receive(Class<T> type) {
        while (true) {
            Object message = receive();
            if (type.isInstance(message)) {
                return type.cast(message);
            }
        }
    }

    /** Sends the end of the stream after the messages sent before. */
    public void sendEnd() {
        if (closed) {
            throw new ClosedResourceException("The stream of " + channel + " was closed on this side");
        }
        outbound.sendEnd();
    }

    /** Breaks both directions and closes the channel. */
    void fail(Throwable cause) {
        inbound().fail(cause);
        outbound.fail(cause);
    }

    /** Closes the channel, after the messages sent before have been written. May be called from any thread. */
    public void close() {
        closed = true;
        InboundMessages from = inbound;
        if (from != null) {
            from.close();
        }
        outbound.close();
    }

    /** Removes the handler and closes the receiving side, but not the channel. Called on the loop's thread. */
    public void leave() {
        inbound().leave();
    }

    /** Called on any thread when the event loop has ended. */
    void loopEnded() {
        InboundMessages from = inbound;
        if (from != null) {
            from.loopEnded();
        }
        outbound.loopEnded();
    }
}
