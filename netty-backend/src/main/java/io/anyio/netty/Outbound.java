package io.anyio.netty;

import io.anyio.Cancelled;
import io.anyio.Suspension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes on their way from the task that sends to a channel: written by one task at a time, taken by the loop's
 * thread at the end of a drain.
 */
final class Outbound {
    /*
     * `slot` holds the batch that is being filled, while nobody has it in hand: the task takes it out, fills it, puts it back
     * and then asks the loop to come by; the loop takes it out for good. If the loop finds the slot empty because the task has
     * the batch in hand, the task's request behind it brings the loop back.
     *
     * One batch at a time is in Netty's hands; what is sent meanwhile gathers in the next. Many small sends to a peer that
     * does not read would otherwise keep a batch each.
     *
     * Waiting works as in Inbound: the task publishes its wait and looks again; the loop moves `flushed` and looks at `writer`.
     */

    /** Above this many bytes that the system has not taken on, a send waits. */
    static final int MARK = 64 * 1024;

    private static final VarHandle SLOT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "slot", VarHandle.class, Outbound.class, Batch.class);
    private static final VarHandle WRITER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "writer", VarHandle.class, Outbound.class, Suspension.class);

    private final Channel channel;
    private final Batches batches;
    private final Errands errands;
    private final Errand errand;

    @SuppressWarnings("unused") // through SLOT
    private volatile @Nullable Batch slot;

    private volatile long accepted; // bytes ever taken over; written by the task
    private volatile long flushed; // bytes ever handed to the system; written by the loop
    private boolean writing; // loop only: a batch is in Netty's hands
    private volatile @Nullable IOException failure; // set once by the loop
    private volatile boolean closed; // set once by any thread

    private volatile @Nullable Suspension writer; // published by the task, taken by CAS
    private volatile long awaited; // what flushed must reach for the writer; written before it is published

    /** A batch in Netty's hands. */
    private final class Writing implements ChannelFutureListener {
        private final Batch batch;

        Writing(Batch batch) {
            this.batch = batch;
        }

        @Override
        public void operationComplete(ChannelFuture done) {
            completed(batch, done.cause());
        }
    }

    Outbound(Channel channel, Batches batches, Errands errands, Errand errand) {
        this.channel = channel;
        this.batches = batches;
        this.errands = errands;
        this.errand = errand;
    }

    // ---- the task's side ----

    /** Waits for room, then takes over as much of {@code source} as fits. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void write(ByteBuffer source) throws IOException {
        int wanted = source.remaining();
        while (wanted > 0) {
            awaitFlushed("send", accepted - MARK);
            Batch batch = (Batch) SLOT.getAndSet(this, null);
            if (batch == null) {
                batch = batches.take(wanted);
            }
            int count = Math.min(wanted, batch.room());
            batch.add(source, count);
            accepted += count;
            SLOT.setVolatile(this, batch);
            errands.request(errand);
            if (count > 0) {
                return;
            }
            awaitFlushed("send", accepted); // a small batch, full below the mark
        }
    }

    /** Waits until everything that was taken over has been handed to the system. */
    void flush() throws IOException {
        awaitFlushed("flush", accepted);
    }

    private void awaitFlushed(String what, long target) throws IOException {
        while (true) {
            check();
            if (flushed >= target) {
                return;
            }
            var wait = Suspension.create(what);
            awaited = target;
            writer = wait;
            if ((flushed >= target || failure != null || closed) && WRITER.compareAndSet(this, wait, null)) {
                continue;
            }
            try {
                wait.await();
            } catch (Cancelled c) {
                WRITER.compareAndSet(this, wait, null);
                throw c;
            }
        }
    }

    /** Throws when nothing can be written any more. */
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
     * Gives what has gathered to the channel, unless it has something to write already.
     *
     * @param more whether the same channel is about to read on, and so the task to send on: up to the mark it is kept
     *     for the next call, because one large write costs less than two small ones
     */
    void writeOut(boolean more) {
        if (writing) {
            return; // it comes back
        }
        if (more && accepted - flushed <= MARK && failure == null) {
            return;
        }
        Batch batch = (Batch) SLOT.getAndSet(this, null);
        if (batch == null) {
            return;
        }
        if (batch.length() == 0) {
            batches.giveBack(batch);
        } else if (failure != null || !channel.isActive()) {
            dropped(batch);
        } else {
            writing = true;
            var _ = channel.writeAndFlush(batch.toWrite(), channel.newPromise().addListener(new Writing(batch)));
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void completed(Batch batch, @Nullable Throwable cause) {
        writing = false;
        if (cause != null) {
            dropped(batch);
            fail(SystemErrors.precise(cause));
        } else {
            flushed += batch.length();
            if (batch.isFree()) {
                batches.giveBack(batch);
            } else {
                dropped(batch);
            }
            wakeWriterIfReached();
        }
        errand.run();
    }

    /** The channel is gone: gives up what it was not given. */
    void discard() {
        Batch batch = (Batch) SLOT.getAndSet(this, null);
        if (batch != null) {
            batches.giveBack(batch);
        }
    }

    private void dropped(Batch batch) {
        if (batch.isDirect()) {
            batches.lost();
        }
    }

    /** Whether a batch is in Netty's hands. */
    boolean isWriting() {
        return writing;
    }

    /** Whether the system has everything. */
    boolean isDone() {
        return flushed == accepted;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Why nothing can be written any more, if that is so. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Nothing can be written any more. */
    void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
            wakeWriter();
        }
    }

    private void wakeWriterIfReached() {
        while (true) {
            Suspension wait = writer;
            if (wait == null || flushed < awaited) {
                return;
            }
            if (WRITER.compareAndSet(this, wait, null)) {
                wait.resume();
                return;
            }
        }
    }

    // ---- any thread ----

    /** Nothing more is taken over. */
    void close() {
        closed = true;
        wakeWriter();
    }

    private void wakeWriter() {
        Suspension wait = writer;
        if (wait != null && WRITER.compareAndSet(this, wait, null)) {
            wait.resume();
        }
    }
}
