package io.anyio.netty.transport;

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
 * Detects resets of an io_uring channel that no call reports. Used on the loop's thread only.
 *
 * <p>The system reports a failure of a connection once, to the first call; later reads return the end of input. On
 * io_uring a read and a write are under way at the same time: the write may get the failure while the completion of the
 * read arrives first. On NIO and epoll the write itself throws before anything is read.
 *
 * <p>A write that waited for room was seen to wait for ever after such a reset, about 4 times in 2,000 connections. The
 * cause is not proven: presumably the poll completes with the error alone, which Netty 4.2.18 ignores. So the state of
 * the connection is checked periodically while a task waits for a write.
 */
public final class IoUringResetDetector {
    /** The state of a connection that the system has discarded (TCP_CLOSE in the kernel's headers). */
    private static final int CLOSED = 7;

    private static final long LOOK_MILLIS = 200;

    private final IoUringSocketChannel channel;
    private final Consumer<IOException> onReset;
    private @Nullable ScheduledFuture<?> timer;
    private boolean retried; // since the connection was found closed

    private IoUringResetDetector(IoUringSocketChannel channel, Consumer<IOException> onReset) {
        this.channel = channel;
        this.onReset = onReset;
    }

    /**
     * Returns null for a channel that needs no check. {@code onReset} gets resets that even a new write does not
     * report.
     */
    public static @Nullable IoUringResetDetector of(Channel channel, Consumer<IOException> onReset) {
        return TransportSupport.isInPackage(channel, ".channel.uring") && channel instanceof IoUringSocketChannel socket
                ? new IoUringResetDetector(socket, onReset)
                : null;
    }

    /**
     * Returns whether a channel was reset or has ended in both directions. If its input has ended while it writes, that
     * write tells which it was. After an orderly end and nothing more, the connection is half open. A reset immediately
     * after the end cannot be distinguished from a reset in place of it.
     */
    public boolean isClosed() {
        try {
            return channel.tcpInfo().state() == CLOSED;
        } catch (ChannelException unknown) {
            return false;
        }
    }

    /** Starts the periodic check: a write is under way, and a task waits for it. */
    public void watch() {
        if (timer == null) {
            timer = later();
        }
    }

    /** Stops the periodic check: no write is under way. */
    public void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }

    public boolean isWatching() {
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
            var _ = IoUringPolls.answer(channel, IoUringPolls.OUT); // a new write, which reports what has happened
        } else {
            onReset.accept(new SocketException("Connection reset by peer"));
        }
    }
}
