package io.anyio.netty.buffer;

import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.Suspension;
import io.anyio.spi.LoopAction;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The receive side of a connection. The loop's thread adds the bytes that the channel has read, and one task at a time
 * receives them.
 *
 * <p>Netty's buffers never get further than {@link #arrive}: the bytes are copied there into the buffer of a waiting
 * task, or otherwise into a queue, at the latest when that task has had its turn ({@link #arrived}). Then the buffer is
 * free for the next read. So no buffer can leak, whatever happens to the task.
 */
public final class InboundBuffer {
    /*
     * Waiting. The task publishes its wait in `reader`, then rechecks queue, end and closed; a thread that changes one
     * of those calls `reader` afterwards. A thread that has claimed the wait must set `delivered` before it wakes the
     * task. A task that was claimed before it had parked may return while the loop's thread is still copying, and then
     * spins on `delivered`: this can happen only where tasks run in parallel to the loop's thread.
     *
     * Pausing. Reading pauses above HIGH and resumes at LOW, both on the loop's thread. Each side writes its counter or
     * flag, then reads the other's. The loop checks once more after it has paused; otherwise a task that emptied the
     * queue a moment before would wait for ever.
     */

    /**
     * The number of queued bytes above which the channel is not read. Low, because the kernel's queue serves as well
     * and saves a copy; not too low, because each pause costs two system calls.
     */
    static final int HIGH = 16 * 1024;

    /** The number of queued bytes at which a paused channel is read again. */
    private static final int LOW = 0;

    /** The orderly end of the stream, as opposed to an {@link IOException}. */
    private static final Object END = new Object();

    private final Channel channel;
    private final LoopAction action;

    private final BorrowedReadBuffer borrowed = new BorrowedReadBuffer();
    private final ByteQueue queue = new ByteQueue(); // empty while something is lent
    private volatile boolean paused; // written by the loop
    private long high = HIGH; // loop only
    private volatile @Nullable Object ended; // END or an IOException; set once by the loop, after the last byte
    private volatile boolean closed; // set once by any thread

    private final SingleWaiter reader;
    private @Nullable ByteBuffer target; // written by the task before it publishes; null: it wants the bytes queued
    private int direct; // bytes copied into target; written before delivered
    private volatile boolean delivered; // set by the thread that claimed the wait, when it is done

    public InboundBuffer(Channel channel, LoopAction action, Predicate<Thread> loopThread) {
        this.channel = channel;
        this.action = action;
        this.reader = SingleWaiter.create(loopThread);
    }

    // ---- the task's side ----

    /** Fills {@code into} with the available bytes, or waits for some. Returns their number, or -1 at the end. */
    public int receive(ByteBuffer into) throws IOException {
        while (true) {
            int count = read(into);
            if (count > 0) {
                return count;
            }
            if (atEnd()) {
                return -1;
            }
            count = await(into);
            if (count > 0) {
                return count;
            }
        }
    }

    /** {@link #receive(ByteBuffer)} into a new array of at most {@code max} bytes; null at the end. */
    public byte @Nullable [] receive(int max) throws IOException {
        while (true) {
            checkOpen();
            byte[] bytes = borrowed.take(max);
            if (bytes.length > 0) {
                return bytes;
            }
            bytes = queue.take(max);
            if (bytes != null) {
                resumeIfWanted();
                return bytes;
            }
            if (atEnd()) {
                return null;
            }
            await(null);
        }
    }

    public int awaitReadable() throws IOException {
        while (true) {
            checkOpen();
            int count = borrowed.length();
            if (count == 0) {
                count = (int) queue.length();
            }
            if (count > 0) {
                return count;
            }
            if (atEnd()) {
                return -1;
            }
            await(null);
        }
    }

    /** Copies queued bytes into {@code into}, as far as they fit; never waits. */
    public int read(ByteBuffer into) throws IOException {
        checkOpen();
        int count = borrowed.read(into);
        if (count > 0) {
            return count;
        }
        count = queue.read(into); // bytes that were lent are moved here
        if (count > 0) {
            resumeIfWanted();
        }
        return count;
    }

    /** Returns whether all bytes that have arrived were taken. */
    private boolean isEmpty() {
        return borrowed.isEmpty() && queue.isEmpty(); // in this order, see BorrowedReadBuffer
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void resumeIfWanted() {
        if (paused && queue.length() <= LOW) {
            action.request();
        }
    }

    private boolean atEnd() throws IOException {
        Object how = ended;
        if (how == null || !isEmpty()) { // the end is written after the last byte
            return false;
        }
        if (how instanceof IOException failure) {
            throw failure;
        }
        return true;
    }

    /** Waits until something has changed. Returns the number of bytes copied directly into {@code into}. */
    private int await(@Nullable ByteBuffer into) {
        target = into;
        delivered = false;
        try {
            Suspension wait = reader.publish("receive");
            if ((!isEmpty() || ended != null || closed) && reader.withdraw(wait)) {
                return 0;
            }
            reader.await(wait);
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            target = null; // no longer read: that would take a claim
            throw t;
        }
        while (!delivered) {
            Thread.onSpinWait();
        }
        target = null;
        return direct;
    }

    // ---- the loop's side ----

    /**
     * Takes over the bytes that the channel has read, and wakes the task that waits for them. The buffer is in use
     * until {@link #arrived}, which must always be called, after that task has had its turn if it has one.
     */
    public void arrive(ByteBuf buffer) {
        borrowed.takeBack(queue); // a task pumps its own loop: bytes of an outer call may be lent
        if (!closed && buffer.isReadable() && !deliver(buffer)) {
            queue.add(buffer);
            wakeReader();
        }
    }

    /** Takes back the bytes of {@code buffer} that the task has not requested, and releases it. */
    public void arrived(ByteBuf buffer) {
        try {
            borrowed.takeBack(queue);
        } finally {
            buffer.release();
        }
        if (!paused && queue.length() > high) {
            paused = true;
            channel.config().setAutoRead(false);
            resumeIfDrained();
        }
    }

    /** Gives the bytes to the waiting task, if there is one and nothing is queued before them. */
    private boolean deliver(ByteBuf buffer) {
        Suspension wait = queue.isEmpty() ? reader.claim() : null;
        if (wait == null) {
            return false;
        }
        direct = 0;
        try {
            ByteBuffer into = target;
            if (into == null) {
                queue.add(buffer);
                return true;
            }
            direct = copy(buffer, into);
            if (buffer.isReadable()) {
                borrowed.lend(buffer);
            }
        } finally {
            delivered = true;
            wait.wake();
        }
        return true;
    }

    /**
     * Copies as many bytes as fit. If this thread has no access, because the task's memory is confined to its thread or
     * freed, nothing is copied and the task will copy the bytes.
     */
    private static int copy(ByteBuf from, ByteBuffer into) {
        try {
            return BorrowedReadBuffer.copy(from, into);
        } catch (WrongThreadException | IllegalStateException outOfReach) {
            return 0;
        }
    }

    /** Reads {@code count} more bytes, whether or not a task takes them. */
    public void readOn(int count) {
        high = queue.length() + count;
        if (paused) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /** Resumes reading if the task has taken enough. */
    public void resumeIfDrained() {
        if (paused && ended == null && !closed && queue.length() <= LOW) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /** Ends the stream: the peer has sent all its bytes. */
    public void end() {
        endWith(END);
    }

    /** Ends the stream: the connection is broken. */
    public void fail(IOException failure) {
        endWith(failure);
    }

    private void endWith(Object how) {
        if (ended == null) {
            ended = how;
            wakeReader();
        }
    }

    public boolean hasEnded() {
        return ended != null;
    }

    // ---- any thread ----

    /** Ends receiving on this side. */
    public void close() {
        closed = true;
        wakeReader();
    }

    private void wakeReader() {
        Suspension wait = reader.claim();
        if (wait != null) {
            direct = 0;
            delivered = true;
            wait.wake();
        }
    }
}
