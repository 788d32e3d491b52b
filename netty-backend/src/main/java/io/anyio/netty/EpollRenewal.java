package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an epoll channel able to write once the other side has ended.
 *
 * <p>When nothing is awaited of a descriptor any more, Netty 4.2.18 takes it out of epoll, and that is so when the end
 * of the input has been read and nothing is being written. It then takes the descriptor for one that can still be
 * modified: the next write that has to wait for room fails (ENOENT) and breaks the connection. A new registration can
 * wait again, so a channel in that state gets one before it writes. On the loop's thread only.
 */
final class EpollRenewal {
    /*
     * Each write that begins while no other is under way is preceded by a renewal. The new registration awaits the end of the
     * input, which comes at once and is awaited no more: if the write has to wait for room by then, that is what is left to
     * await, else the descriptor is taken out again, and the next write renews again.
     */

    private final Channel channel;
    private final Runnable onRenewed;
    private final Consumer<@Nullable Throwable> onGone;
    private boolean fresh; // registered anew, and nothing was written since
    private boolean running;

    private EpollRenewal(Channel channel, Runnable onRenewed, Consumer<@Nullable Throwable> onGone) {
        this.channel = channel;
        this.onRenewed = onRenewed;
        this.onGone = onGone;
    }

    /** Null for a channel that needs no such thing. */
    static @Nullable EpollRenewal of(Channel channel, Runnable onRenewed, Consumer<@Nullable Throwable> onGone) {
        return channel instanceof EpollSocketChannel ? new EpollRenewal(channel, onRenewed, onGone) : null;
    }

    /** Whether the channel can take a write now; if not, {@code onRenewed} follows when it can. */
    boolean isReady() {
        if (running) {
            return false;
        }
        ChannelOutboundBuffer underWay = channel.unsafe().outboundBuffer();
        if (fresh || underWay == null || !underWay.isEmpty() || !channel.isRegistered()) {
            fresh = false;
            return true;
        }
        running = true;
        channel.config().setAutoRead(false); // there is nothing to read, and a new registration would try
        channel.deregister().addListener(_ -> register());
        return false;
    }

    /** Follows at once: nothing comes between the end of one registration and the beginning of the next. */
    private void register() {
        if (channel.isOpen()) {
            channel.eventLoop().register(channel).addListener(done -> registered((ChannelFuture) done));
        } else { // closed meanwhile, and nobody was told, because it was not registered
            running = false;
            onGone.accept(null);
        }
    }

    private void registered(ChannelFuture done) {
        running = false;
        if (done.isSuccess()) {
            fresh = true;
            onRenewed.run();
        } else {
            onGone.accept(done.cause());
        }
    }
}
