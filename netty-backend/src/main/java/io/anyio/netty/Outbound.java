package io.anyio.netty;

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
     * `slot` holds the batch that is being filled, with the full ones before it, while nobody has them in hand: the task takes
     * them out, adds to them, puts them back and then asks the loop to come by; the loop takes them out for good. If the loop
     * finds the slot empty because the task has them in hand, the task's request behind it brings the loop back.
     *
     * What the loop has taken out once is in Netty's hands until all of it is written; what is sent meanwhile gathers. Many
     * small sends to a peer that does not read would otherwise keep a batch each.
     *
     * Waiting works as in Inbound: the task publishes its wait and looks again; the loop moves `flushed` and looks at `writer`.
     */

    /** Above this many bytes that the system has not taken on, a send waits. */
    static final int MARK = 64 * 1024;

    /**
     * The same while answers are held back, for a channel that is about to read on: so much as it may read in one turn,
     * because one large write costs less than several.
     */
    private static final int MARK_HELD_BACK = ReadBuffers.PER_TURN;

    /** So much of one send is taken over in one go. */
    private static final int PORTION = Batches.CAPACITY;

    private static final VarHandle SLOT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "slot", VarHandle.class, Outbound.class, Batch.class);
    private static final VarHandle WRITER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "writer", VarHandle.class, Outbound.class, Suspension.class);

    private final Channel channel;
    private final Batches batches;
    private final Errands errands;
    private final Errand errand;
    private final boolean waitsAreTold;

    @SuppressWarnings("unused") // through SLOT
    private volatile @Nullable Batch slot;

    private volatile long accepted; // bytes ever taken over; written by the task
    private volatile long flushed; // bytes ever handed to the system; written by the loop
    private int writing; // loop only: batches in Netty's hands
    private volatile boolean heldBack; // written by the loop
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

    /** Has {@code errand} done when there is something to write, and if wished also when a task begins to wait. */
    Outbound(Channel channel, Batches batches, Errands errands, Errand errand, boolean waitsAreTold) {
        this.channel = channel;
        this.waitsAreTold = waitsAreTold;
        this.batches = batches;
        this.errands = errands;
        this.errand = errand;
    }

    // ---- the task's side ----

    /** Waits for room, then takes over {@code source}, or as much of it as is taken over in one go. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void write(ByteBuffer source) throws IOException {
        awaitFlushed("send", accepted - (heldBack ? MARK_HELD_BACK : MARK));
        Batch last = (Batch) SLOT.getAndSet(this, null);
        try {
            int left = Math.min(source.remaining(), PORTION);
            while (left > 0) {
                if (last == null || last.room() == 0) {
                    last = batches.take(left).after(last);
                }
                int count = Math.min(left, last.room());
                last.add(source, count);
                accepted += count;
                left -= count;
            }
        } finally { // also when the source turns out to be out of reach: what was sent before must not get lost
            SLOT.setVolatile(this, last);
            errands.request(errand);
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
            var wait = Suspension.create(what, errands.loopThread());
            awaited = target;
            writer = wait;
            if (waitsAreTold) {
                errands.request(errand);
            }
            if ((flushed >= target || failure != null || closed) && WRITER.compareAndSet(this, wait, null)) {
                continue;
            }
            try {
                wait.await();
            } catch (Throwable t) { // a cancellation, or a wait that is refused
                WRITER.compareAndSet(this, wait, null);
                throw t;
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
     * The channel has read and is about to read on, and so the task to send on: up to a mark, what it sends is kept for
     * one write. Or that is over.
     */
    void holdBack(boolean held) {
        if (heldBack != held) {
            heldBack = held;
        }
    }

    /**
     * Gives what has gathered to the channel, unless it has something to write already, or it is held back.
     *
     * @param atOnce whether it is too late to hold anything back
     */
    void writeOut(boolean atOnce) {
        if (writing > 0) {
            return; // it comes back
        }
        if (heldBack && !atOnce && accepted - flushed <= MARK_HELD_BACK && failure == null) {
            return;
        }
        Batch newest = (Batch) SLOT.getAndSet(this, null);
        if (newest == null) {
            return;
        }
        if (failure != null || !channel.isActive()) {
            newest.forEachInOrder(batches::lose);
            return;
        }
        writing = newest.count(); // all of them before the first, which may fail at once
        newest.forEachInOrder(this::writeOut);
        channel.flush();
    }

    private void writeOut(Batch batch) {
        if (batch.length() > 0 && failure == null) {
            var _ = channel.write(batch.toWrite(), channel.newPromise().addListener(new Writing(batch)));
            return;
        }
        batches.giveBack(batch); // the one before it has failed, or what it was taken for could not be read
        writing--;
        if (writing == 0) {
            errand.run();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void completed(Batch batch, @Nullable Throwable cause) {
        writing--;
        if (cause != null) {
            batches.lose(batch);
            fail(SystemErrors.precise(cause));
        } else {
            flushed += batch.length();
            batches.giveBackIfFree(batch);
            wakeWriterIfReached();
        }
        if (writing == 0) {
            errand.run();
        }
    }

    /** The channel is gone: gives up what it was not given. */
    void discard() {
        Batch newest = (Batch) SLOT.getAndSet(this, null);
        if (newest != null) {
            newest.forEachInOrder(batches::giveBack);
        }
    }

    /** Whether something is in Netty's hands. */
    boolean isWriting() {
        return writing > 0;
    }

    /** Whether a task waits until what is in Netty's hands has been written. */
    boolean isAwaited() {
        return writing > 0 && writer != null;
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
