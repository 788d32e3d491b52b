package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Resets of an io_uring channel that no call tells of. On the loop's thread only.
 *
 * <p>The system tells each failure of a connection once, to whichever call comes first, and from then on reads end. On
 * io_uring both calls are under way at the same time: the write may be told, and the answer to the read be the first to
 * arrive. On NIO and epoll the write itself throws before anything is read.
 *
 * <p>A poll for room that the system takes up while it works on a reset is answered with the failure alone, and such an
 * answer Netty 4.2.18 drops. If the input has ended before, nothing else is under way that could tell: the write would
 * never come to its end. So while a task waits for a write, the state of the connection is looked at from time to time.
 */
final class UntoldReset {
    /** The state of a connection of which the system keeps nothing any more (TCP_CLOSE in the kernel's headers). */
    private static final int CLOSED = 7;

    private static final long LOOK_MILLIS = 200;

    private final IoUringSocketChannel channel;
    private final Consumer<IOException> onReset;
    private @Nullable ScheduledFuture<?> timer;
    private boolean retried; // since the connection was found closed

    private UntoldReset(IoUringSocketChannel channel, Consumer<IOException> onReset) {
        this.channel = channel;
        this.onReset = onReset;
    }

    /**
     * Null for a channel that needs no such thing. {@code onReset} learns of a reset that even a new write does not.
     */
    static @Nullable UntoldReset of(Channel channel, Consumer<IOException> onReset) {
        return channel instanceof IoUringSocketChannel socket ? new UntoldReset(socket, onReset) : null;
    }

    /**
     * Whether a channel was reset or has ended in both directions. If its input has ended while it writes, that write
     * tells which it was. As long as there was an orderly end and nothing more, the connection is half open; a reset
     * that came right behind the end cannot be told from one in place of it.
     */
    boolean isClosed() {
        try {
            return channel.tcpInfo().state() == CLOSED;
        } catch (ChannelException unknown) {
            return false;
        }
    }

    /** Looks from time to time: a write is under way, and a task waits for it. */
    void watch() {
        if (timer == null) {
            timer = later();
        }
    }

    /** Nothing is under way any more. */
    void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }

    boolean isWatching() {
        return timer != null;
    }

    private @Nullable ScheduledFuture<?> later() {
        try {
            return channel.eventLoop().schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            return null; // the loop closes its channels itself
        }
    }

    private void look() {
        timer = null;
        if (!isClosed()) {
            timer = later();
        } else if (!retried) {
            retried = true;
            timer = later();
            var _ = IoUringPolls.answer(channel, IoUringPolls.OUT); // it writes again, and learns what has happened
        } else {
            onReset.accept(new SocketException("Connection reset by peer"));
        }
    }
}
