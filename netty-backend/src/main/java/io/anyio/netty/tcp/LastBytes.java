package io.anyio.netty.tcp;

import io.anyio.netty.buffer.InboundBuffer;
import io.anyio.netty.transport.IoUringPolls;
import io.anyio.netty.transport.IoUringResetDetector;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes that arrived before a write failed, most likely an answer of a peer that stopped reading. The system
 * keeps them until the channel is closed, so the channel is read to its end first. Used on the loop's thread only.
 *
 * <p>A broken connection receives nothing more, so the end normally follows immediately. The bytes, at most one receive
 * buffer, are read whether or not a task receives them: a broken channel that waited for a task would keep NIO and
 * epoll busy.
 */
final class LastBytes {
    /** How long the end may take to arrive when a write has failed although the connection is alive. */
    private static final long PATIENCE_SECONDS = 2;

    private static final int UNKNOWN = 64 * 1024;

    private final Channel channel;
    private final InboundBuffer inbound;
    private final @Nullable IoUringResetDetector resets;
    private @Nullable ScheduledFuture<?> timer;

    private LastBytes(Channel channel, InboundBuffer inbound, @Nullable IoUringResetDetector resets) {
        this.channel = channel;
        this.inbound = inbound;
        this.resets = resets;
    }

    /** Starts to read them. {@code onGivenUp} is called if neither the end nor a failure arrives in time. */
    static LastBytes read(
            Channel channel, InboundBuffer inbound, @Nullable IoUringResetDetector resets, Runnable onGivenUp) {
        var last = new LastBytes(channel, inbound, resets);
        try {
            last.timer = channel.eventLoop().schedule(onGivenUp, PATIENCE_SECONDS, TimeUnit.SECONDS);
            channel.eventLoop().execute(last::begin); // after Netty has finished with the write
        } catch (RejectedExecutionException ended) {
            onGivenUp.run();
        }
        return last;
    }

    private void begin() {
        if (!channel.isActive()) {
            return;
        }
        inbound.readOn(receiveBuffer());
        if (resets != null && resets.isClosed()) {
            var _ = IoUringPolls.answer(
                    channel, IoUringPolls.IN); // the system may not have given it; see IoUringResetDetector
        }
    }

    private int receiveBuffer() {
        try {
            Integer size = channel.config().getOption(ChannelOption.SO_RCVBUF);
            return size == null ? UNKNOWN : size;
        } catch (ChannelException broken) {
            return UNKNOWN;
        }
    }

    /** Stops waiting for the end: the channel is closed. */
    void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }
}
