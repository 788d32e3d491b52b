package io.anyio.netty.buffer;

import io.anyio.lowlevel.SendQueue;
import io.anyio.netty.transport.SystemErrors;
import io.anyio.spi.LoopAction;
import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The send side of a connection: hands the bytes of a {@link SendQueue} to the channel. Used on the loop's thread,
 * except where noted.
 */
public final class OutboundBuffer {
    /*
     * Buffers that were taken out of the queue belong to Netty until all of them are written; bytes sent meanwhile gather
     * in the queue. Otherwise many small sends to a peer that does not read would keep a buffer each.
     */

    /**
     * The limit of the queue while answers are held back, for a channel that is about to read again. It is the number
     * of bytes that the channel may read in one turn, because one large write costs less than several.
     */
    private static final int LIMIT_HELD_BACK = ReadAllocator.PER_TURN;

    private final Channel channel;
    private final SendBufferPool<ByteBuf> pool;
    private final LoopAction action;
    private final SendQueue<ByteBuf> queue;
    private int writing; // the number of buffers that Netty is writing
    private boolean heldBack;

    /** A buffer that Netty is writing. */
    private final class Writing implements ChannelFutureListener {
        private final SendBuffer<ByteBuf> buffer;

        Writing(SendBuffer<ByteBuf> buffer) {
            this.buffer = buffer;
        }

        @Override
        public void operationComplete(ChannelFuture done) {
            completed(buffer, done.cause());
        }
    }

    /** Creates the send side; requests {@code action} for bytes to write and, if wished, for waiting tasks. */
    public OutboundBuffer(
            Channel channel,
            SendBufferPool<ByteBuf> pool,
            LoopAction action,
            Predicate<Thread> loopThread,
            boolean reportsWaits) {
        this.channel = channel;
        this.pool = pool;
        this.action = action;
        this.queue = SendQueue.create(pool, action, loopThread, reportsWaits);
    }

    /** Returns the bytes that tasks have sent. May be called from any thread. */
    public SendQueue<ByteBuf> queue() {
        return queue;
    }

    /**
     * Starts or ends holding back. When the channel has read and is about to read again, the task is about to send
     * again: up to a limit, its bytes are kept for one write.
     */
    public void holdBack(boolean held) {
        if (heldBack != held) {
            heldBack = held;
            queue.setLimit(held ? LIMIT_HELD_BACK : SendQueue.LIMIT);
        }
    }

    /**
     * Writes the gathered bytes to the channel, unless it is already writing or the bytes are held back.
     *
     * @param atOnce whether held-back bytes are written as well
     */
    public void writeOut(boolean atOnce) {
        if (writing > 0) {
            return; // the end of that write runs this again
        }
        if (heldBack && !atOnce && queue.pending() <= LIMIT_HELD_BACK && !hasFailed()) {
            return;
        }
        SendBuffer<ByteBuf> newest = queue.takeAll();
        if (newest == null) {
            return;
        }
        if (hasFailed() || !channel.isActive()) {
            newest.forEachInOrder(pool::forget);
            return;
        }
        writing = newest.count(); // counted before the first write, which may fail immediately
        newest.forEachInOrder(this::writeOut);
        channel.flush();
    }

    private void writeOut(SendBuffer<ByteBuf> buffer) {
        if (buffer.length() > 0 && !hasFailed()) {
            var _ = channel.write(toWrite(buffer), channel.newPromise().addListener(new Writing(buffer)));
            return;
        }
        pool.release(buffer); // the previous one has failed, or the source of this one could not be read
        writing--;
        if (writing == 0) {
            action.run();
        }
    }

    private void completed(SendBuffer<ByteBuf> buffer, @Nullable Throwable cause) {
        writing--;
        if (cause != null) {
            pool.forget(buffer);
            queue.fail(SystemErrors.precise(cause));
        } else {
            int count = buffer.length();
            releaseIfFree(buffer);
            queue.written(count);
        }
        if (writing == 0) {
            action.run();
        }
    }

    /** Returns the bytes as a buffer that Netty may release. The view itself keeps one reference. */
    private static ByteBuf toWrite(SendBuffer<ByteBuf> buffer) {
        return buffer.view().setIndex(0, buffer.length()).retain();
    }

    private void releaseIfFree(SendBuffer<ByteBuf> buffer) {
        if (buffer.view().refCnt() == 1) {
            pool.release(buffer);
        } else {
            pool.forget(buffer);
        }
    }

    /** Returns whether Netty is writing a buffer. */
    public boolean isWriting() {
        return writing > 0;
    }

    /** Returns whether a task waits until Netty has written its buffers. */
    public boolean isAwaited() {
        return writing > 0 && queue.isAwaited();
    }

    /** Returns whether nothing can be written any more. May be called from any thread. */
    public boolean hasFailed() {
        return queue.failure() != null;
    }
}
