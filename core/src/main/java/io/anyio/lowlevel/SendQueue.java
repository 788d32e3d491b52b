package io.anyio.lowlevel;

import io.anyio.spi.LoopAction;
import io.anyio.spi.SendBuffer;
import io.anyio.spi.SendBufferPool;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that tasks have sent on one connection and that the operating system has not taken. One task at a time adds
 * bytes, waiting while there are too many, and the loop's thread takes them at the end of a drain. For implementers of
 * backends.
 *
 * <pre>{@code
 * queue.write(bytes);                                       // the task
 *
 * SendBuffer<ByteBuffer> newest = queue.takeAll();          // the loop, in the action that the queue requests
 * if (newest != null) {
 *     newest.forEachInOrder(buffer -> startWriting(buffer));
 * }
 * queue.written(count);                                     // and later, when the system has taken the bytes
 * }</pre>
 *
 * <p>AnyIO has no counterpart: its backends leave this to their event loops.
 *
 * @param <V> the type of the backend's view of the memory
 */
public final class SendQueue<V> {
    /*
     * `slot` holds the buffer that is being filled, with the full ones before it, while neither side has taken it out. The
     * task takes it out, adds bytes, puts it back and then requests a run on the loop; the loop takes it out for good.
     * If the loop finds the slot empty because the task has the buffer, the task's later request brings the loop back.
     *
     * Waiting. The task writes `awaited`, publishes its wait and rechecks. The loop writes `written`, looks for a wait and
     * reads `awaited`, in this order, so that it does not wake a task too early.
     */

    /** The default limit: a send waits while more bytes than this are pending. */
    public static final int LIMIT = 64 * 1024;

    /** The maximum number of bytes taken over from one send at a time. */
    private static final int PORTION = SendBufferPool.CAPACITY;

    private static final VarHandle SLOT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "slot", VarHandle.class, SendQueue.class, SendBuffer.class);

    private static final VarHandle FAILURE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failure", VarHandle.class, SendQueue.class, IOException.class);

    private final SendBufferPool<V> pool;
    private final LoopAction action;
    private final boolean reportsWaits;
    private final SingleWaiter writer;

    @SuppressWarnings("unused") // through SLOT
    private volatile @Nullable SendBuffer<V> slot;

    private volatile long accepted; // bytes taken over so far; written by the task
    private volatile long written; // bytes handed to the system so far; written by the loop
    private volatile int limit = LIMIT; // written by the loop
    private volatile long awaited; // the value of `written` that the writer awaits; written before it is published
    private volatile @Nullable IOException failure; // set once by any thread, through FAILURE
    private volatile boolean closed; // set once by any thread

    private SendQueue(SendBufferPool<V> pool, LoopAction action, Predicate<Thread> loopThread, boolean reportsWaits) {
        this.pool = pool;
        this.action = action;
        this.reportsWaits = reportsWaits;
        this.writer = SingleWaiter.create(loopThread);
    }

    /**
     * Creates an empty queue.
     *
     * @param action the action to request when there are bytes to write
     * @param loopThread tests whether a thread is the one that writes them; see {@link SingleWaiter#create}
     * @param reportsWaits whether the action is also requested when a task begins to wait
     */
    public static <V> SendQueue<V> create(
            SendBufferPool<V> pool, LoopAction action, Predicate<Thread> loopThread, boolean reportsWaits) {
        return new SendQueue<>(
                Objects.requireNonNull(pool, "pool"),
                Objects.requireNonNull(action, "action"),
                Objects.requireNonNull(loopThread, "loopThread"),
                reportsWaits);
    }

    // ---- the task's side ----

    /**
     * Waits for room, then takes over bytes of {@code source} and moves its position past them; at least one byte, if
     * it has any. See {@link io.anyio.spi.ByteTransport#write}.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void write(ByteBuffer source) throws IOException {
        awaitWritten("send", accepted - limit);
        SendBuffer<V> last = takeAll();
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

    /** Waits until all bytes taken over have been handed to the system. */
    public void flush() throws IOException {
        awaitWritten("flush", accepted);
    }

    private void awaitWritten(String what, long target) throws IOException {
        while (true) {
            check();
            if (written >= target) {
                return;
            }
            awaited = target;
            Suspension wait = writer.publish(what);
            if (reportsWaits) {
                action.request();
            }
            if ((written >= target || failure != null || closed) && writer.withdraw(wait)) {
                continue;
            }
            writer.await(wait);
        }
    }

    /**
     * Throws if nothing can be written any more.
     *
     * @throws ClosedChannelException after {@link #close}
     * @throws IOException after {@link #fail}: that failure
     */
    public void check() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        IOException broken = failure;
        if (broken != null) {
            throw broken;
        }
    }

    // ---- the loop's side: one thread at a time ----

    /**
     * Takes the bytes out of the queue, as the newest of their buffers, which is linked to the others. Returns null if
     * there are none. The buffers return to the pool when their bytes have been written.
     */
    @SuppressWarnings("unchecked") // SLOT has the class only
    public @Nullable SendBuffer<V> takeAll() {
        return (SendBuffer<V>) SLOT.getAndSet(this, null);
    }

    /** Records that the system has taken {@code count} more bytes, and wakes a task that has waited for that. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void written(int count) {
        written += count;
        if (!writer.isEmpty() && written >= awaited) {
            writer.wake();
        }
    }

    /** Sets the limit: a send waits while more bytes than this are pending. */
    public void setLimit(int bytes) {
        if (limit != bytes) {
            limit = bytes;
        }
    }

    /** Drops the bytes that were not taken out, because they cannot be written any more. */
    public void discard() {
        SendBuffer<V> newest = takeAll();
        if (newest != null) {
            newest.forEachInOrder(pool::release);
        }
    }

    // ---- any thread ----

    /** Fails the queue: nothing can be written any more. The first failure is kept. May be called from any thread. */
    public void fail(IOException cause) {
        if (FAILURE.compareAndSet(this, null, Objects.requireNonNull(cause, "cause"))) {
            writer.wake();
        }
    }

    /** Closes the queue: no more bytes are taken over, and a waiting task is woken. */
    public void close() {
        closed = true;
        writer.wake();
    }

    /** Returns the number of bytes that the system has not taken. */
    public long pending() {
        return accepted - written;
    }

    /** Returns whether the system has all bytes. */
    public boolean isDone() {
        return written == accepted;
    }

    /** Returns whether a task waits until the system has taken bytes. */
    public boolean isAwaited() {
        return !writer.isEmpty();
    }

    /** Returns why nothing can be written any more, or null. */
    public @Nullable IOException failure() {
        return failure;
    }
}
