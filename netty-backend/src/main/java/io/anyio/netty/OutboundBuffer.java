package io.anyio.netty;

import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.Suspension;
import io.anyio.spi.LoopAction;
import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The send side of a connection. One task at a time writes the bytes, and the loop's thread takes them at the end of a
 * drain.
 */
final class OutboundBuffer {
    /*
     * `slot` holds the buffer that is being filled, with the full ones before it, while neither side has taken it out. The
     * task takes it out, adds bytes, puts it back and then requests a run on the loop; the loop takes it out for good.
     * If the loop finds the slot empty because the task has the buffer, the task's later request brings the loop back.
     *
     * Buffers that the loop has taken out belong to Netty until all of them are written; bytes sent meanwhile gather in
     * the slot. Otherwise many small sends to a peer that does not read would keep a buffer each.
     *
     * Waiting. The task writes `awaited`, publishes its wait and rechecks. The loop writes `flushed`, looks for a wait and
     * reads `awaited`, in this order, so that it does not wake a task too early.
     */

    /** The number of bytes not taken by the system above which a send waits. */
    static final int MARK = 64 * 1024;

    /**
     * The same while answers are held back, for a channel that is about to read again. It is the number of bytes that
     * the channel may read in one turn, because one large write costs less than several.
     */
    private static final int MARK_HELD_BACK = ReadAllocator.PER_TURN;

    /** The maximum number of bytes taken over from one send at a time. */
    private static final int PORTION = SendBufferPool.CAPACITY;

    private static final VarHandle SLOT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "slot", VarHandle.class, OutboundBuffer.class, SendBuffer.class);

    private final Channel channel;
    private final SendBufferPool<ByteBuf> pool;
    private final LoopAction action;
    private final boolean waitsAreReported;

    @SuppressWarnings("unused") // through SLOT
    private volatile @Nullable SendBuffer<ByteBuf> slot;

    private volatile long accepted; // bytes taken over so far; written by the task
    private volatile long flushed; // bytes handed to the system so far; written by the loop
    private int writing; // loop only: the number of buffers that Netty is writing
    private volatile boolean heldBack; // written by the loop
    private volatile @Nullable IOException failure; // set once by the loop
    private volatile boolean closed; // set once by any thread

    private final SingleWaiter writer;
    private volatile long awaited; // the value of flushed that the writer awaits; written before it is published

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
    OutboundBuffer(
            Channel channel,
            SendBufferPool<ByteBuf> pool,
            LoopAction action,
            Predicate<Thread> loopThread,
            boolean waitsAreReported) {
        this.channel = channel;
        this.waitsAreReported = waitsAreReported;
        this.pool = pool;
        this.action = action;
        this.writer = SingleWaiter.create(loopThread);
    }

    // ---- the task's side ----

    /** Waits for room, then takes over {@code source}, or at most {@link #PORTION} bytes of it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void write(ByteBuffer source) throws IOException {
        awaitFlushed("send", accepted - (heldBack ? MARK_HELD_BACK : MARK));
        SendBuffer<ByteBuf> last = takeOut();
        try {
            int left = Math.min(source.remaining(), PORTION);
            while (left > 0) {
                if (last == null || last.room() == 0) {
                    last = pool.acquire(left).after(last);
                }
                int count = Math.min(left, last.room());
                last.add(source, count);
                accepted += count;
                left -= count;
            }
        } finally { // also if the source is not accessible: bytes sent before must not be lost
            SLOT.setVolatile(this, last);
            action.request();
        }
    }

    @SuppressWarnings("unchecked") // SLOT has the class only
    private @Nullable SendBuffer<ByteBuf> takeOut() {
        return (SendBuffer<ByteBuf>) SLOT.getAndSet(this, null);
    }

    /** Waits until all bytes taken over have been handed to the system. */
    void flush() throws IOException {
        awaitFlushed("flush", accepted);
    }

    private void awaitFlushed(String what, long target) throws IOException {
        while (true) {
            check();
            if (flushed >= target) {
                return;
            }
            awaited = target;
            Suspension wait = writer.publish(what);
            if (waitsAreReported) {
                action.request();
            }
            if ((flushed >= target || failure != null || closed) && writer.withdraw(wait)) {
                continue;
            }
            writer.await(wait);
        }
    }

    /** Throws if nothing can be written any more. */
    void check() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
    }

    // ---- the loop's side ----

    /**
     * Starts or ends holding back. When the channel has read and is about to read again, the task is about to send
     * again: up to a mark, its bytes are kept for one write.
     */
    void holdBack(boolean held) {
        if (heldBack != held) {
            heldBack = held;
        }
    }

    /**
     * Writes the gathered bytes to the channel, unless it is already writing or the bytes are held back.
     *
     * @param atOnce whether held-back bytes are written as well
     */
    void writeOut(boolean atOnce) {
        if (writing > 0) {
            return; // the end of that write runs this again
        }
        if (heldBack && !atOnce && accepted - flushed <= MARK_HELD_BACK && failure == null) {
            return;
        }
        SendBuffer<ByteBuf> newest = takeOut();
        if (newest == null) {
            return;
        }
        if (failure != null || !channel.isActive()) {
            newest.forEachInOrder(pool::forget);
            return;
        }
        writing = newest.count(); // counted before the first write, which may fail immediately
        newest.forEachInOrder(this::writeOut);
        channel.flush();
    }

    private void writeOut(SendBuffer<ByteBuf> buffer) {
        if (buffer.length() > 0 && failure == null) {
            var _ = channel.write(toWrite(buffer), channel.newPromise().addListener(new Writing(buffer)));
            return;
        }
        pool.release(buffer); // the previous one has failed, or the source of this one could not be read
        writing--;
        if (writing == 0) {
            action.run();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void completed(SendBuffer<ByteBuf> buffer, @Nullable Throwable cause) {
        writing--;
        if (cause != null) {
            pool.forget(buffer);
            fail(SystemErrors.precise(cause));
        } else {
            flushed += buffer.length();
            releaseIfFree(buffer);
            if (!writer.isEmpty() && flushed >= awaited) {
                writer.wake();
            }
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

    /** Discards the bytes that were not written, because the channel is gone. */
    void discard() {
        SendBuffer<ByteBuf> newest = takeOut();
        if (newest != null) {
            newest.forEachInOrder(pool::release);
        }
    }

    /** Returns whether Netty is writing a buffer. */
    boolean isWriting() {
        return writing > 0;
    }

    /** Returns whether a task waits until Netty has written its buffers. */
    boolean isAwaited() {
        return writing > 0 && !writer.isEmpty();
    }

    /** Returns whether the system has all bytes. */
    boolean isDone() {
        return flushed == accepted;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Returns why nothing can be written any more, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Fails this side: nothing can be written any more. */
    void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
            writer.wake();
        }
    }

    // ---- any thread ----

    /** Closes this side: no more bytes are taken over. */
    void close() {
        closed = true;
        writer.wake();
    }
}
