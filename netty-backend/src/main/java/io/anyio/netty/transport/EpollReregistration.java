package io.anyio.netty.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an epoll channel able to write after the peer has ended its output.
 *
 * <p>Netty 4.2.18 removes a descriptor from epoll when it awaits no event on it any more. This is the case when the end
 * of the input has been read and nothing is being written. Netty still assumes that the descriptor can be modified: the
 * next write that has to wait for room fails (ENOENT) and breaks the connection. A new registration can wait again, so
 * a channel in that state is registered again before it writes. Used on the loop's thread only.
 */
public final class EpollReregistration {
    /*
     * A reregistration precedes each write that begins while no other is under way. The new registration awaits the end of the
     * input, which is reported immediately and then no longer awaited. If the write has to wait for room by then, the
     * registration remains for that; otherwise the descriptor is removed again, and the next write registers it again.
     */

    private final Channel channel;
    private final Runnable onReregistered;
    private final Consumer<@Nullable Throwable> onGone;
    private boolean fresh; // registered again, and nothing has been written since
    private boolean running;

    private EpollReregistration(Channel channel, Runnable onReregistered, Consumer<@Nullable Throwable> onGone) {
        this.channel = channel;
        this.onReregistered = onReregistered;
        this.onGone = onGone;
    }

    /** Returns null for a channel that needs no reregistration. */
    public static @Nullable EpollReregistration of(
            Channel channel, Runnable onReregistered, Consumer<@Nullable Throwable> onGone) {
        return TransportSupport.isInPackage(channel, ".channel.epoll") && channel instanceof EpollSocketChannel
                ? new EpollReregistration(channel, onReregistered, onGone)
                : null;
    }

    /** Returns whether the channel can take a write now. If not, {@code onReregistered} is called when it can. */
    public boolean isReady() {
        if (running) {
            return false;
        }
        ChannelOutboundBuffer underWay = channel.unsafe().outboundBuffer();
        if (fresh || underWay == null || !underWay.isEmpty() || !channel.isRegistered()) {
            fresh = false;
            return true;
        }
        running = true;
        channel.config().setAutoRead(false); // there is nothing left to read, and a new registration would try to
        channel.deregister().addListener(_ -> register());
        return false;
    }

    /** Registers the channel again. No other event occurs between the two registrations. */
    private void register() {
        if (channel.isOpen()) {
            channel.eventLoop().register(channel).addListener(done -> registered((ChannelFuture) done));
        } else { // closed meanwhile, without an event because it was not registered
            running = false;
            onGone.accept(null);
        }
    }

    private void registered(ChannelFuture done) {
        running = false;
        if (done.isSuccess()) {
            fresh = true;
            onReregistered.run();
        } else {
            onGone.accept(done.cause());
        }
    }
}
