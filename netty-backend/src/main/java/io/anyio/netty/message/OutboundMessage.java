package io.anyio.netty.message;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A message on its way from a task to the channel, and the promise of its write, in one object. */
final class OutboundMessage extends DefaultChannelPromise {
    private final OutboundMessages queue;
    private final int size;
    private @Nullable Object message; // cleared when it is written

    private long bytesUpToThis; // in the queue

    @Nullable
    OutboundMessage next; // owned by the queue

    OutboundMessage(OutboundMessages queue, Channel channel, Object message, int size) {
        super(channel);
        this.queue = queue;
        this.message = message;
        this.size = size;
    }

    /** Puts this behind {@code before}, or at the beginning. Called before this is published. */
    void follow(@Nullable OutboundMessage before) {
        next = before;
        bytesUpToThis = size + (before == null ? 0 : before.bytesUpToThis);
    }

    /** Returns the estimated number of bytes of this message and of those before it in the queue. */
    long bytesUpToThis() {
        return bytesUpToThis;
    }

    /** Writes the message to the channel, which releases it. Called on the loop's thread. */
    void write() {
        Object written = message;
        message = null;
        if (written != null) {
            var _ = channel().write(written, this);
        }
    }

    /** Releases the message, which will not be written. */
    void drop(Throwable why) {
        Object dropped = message;
        message = null;
        ReferenceCountUtil.safeRelease(dropped);
        var _ = super.tryFailure(why);
    }

    // ---- called by Netty; overridden because a listener would cost more ----

    @Override
    public boolean tryFailure(Throwable cause) {
        if (!isDone()) {
            queue.writeFailed(cause); // before a task that waits for this learns that it is done
        }
        return super.tryFailure(cause);
    }

    @Override
    public ChannelPromise setFailure(Throwable cause) {
        if (!isDone()) {
            queue.writeFailed(cause);
        }
        return super.setFailure(cause);
    }
}
