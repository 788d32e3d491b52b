package io.anyio.netty;

import io.anyio.Suspension;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes on their way from a channel to the task that receives: written by the loop's thread, read by one task at a
 * time.
 *
 * <p>Netty's buffers never get further than {@link #arrive}: the bytes are copied there, into the buffer of a task that
 * waits for them, or else into a queue, at the latest when that task has had its turn ({@link #arrived}), and the
 * buffer is free for the next read. So none can leak, whatever happens to the task.
 */
final class Inbound {
    /*
     * Waiting. The task publishes its wait in `reader` and then looks at queue, end and closed again; whoever changes one of
     * those looks at `reader` afterwards: one of the two sees the other. Who takes the wait out of `reader`, by CAS, either
     * owns it (loop, closer) and, if it can still be claimed, must set `delivered` before waking the task; or it is the task,
     * which gives up. A task that was claimed before it had parked may be back while the loop's thread is still copying, and
     * waits for `delivered` those few instructions: this can only happen where tasks run beside the loop's thread.
     *
     * Pausing. Reading pauses above HIGH and goes on below LOW, both decided on the loop's thread. Each side writes its
     * counter or flag and then looks at the other's, and the loop looks once more after it has paused: else a task that
     * emptied the queue a moment before would wait for ever.
     */

    /**
     * Above this many queued bytes the channel is not read any more. Low, because the kernel queues just as well and
     * saves a copy; not too low, because each pause costs two system calls.
     */
    static final int HIGH = 16 * 1024;

    /** Down to this many queued bytes the channel stays paused. */
    private static final int LOW = 0;

    /** The orderly end of the stream, as opposed to an {@link IOException}. */
    private static final Object END = new Object();

    private static final VarHandle READER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "reader", VarHandle.class, Inbound.class, Suspension.class);

    private final Channel channel;
    private final Errands errands;
    private final Errand errand;

    private final LentBytes lent = new LentBytes();
    private final ByteQueue queue = new ByteQueue(); // empty while something is lent
    private volatile boolean paused; // written by the loop
    private long high = HIGH; // loop only
    private volatile @Nullable Object ended; // END or an IOException; set once by the loop, after the last byte
    private volatile boolean closed; // set once by any thread

    private volatile @Nullable Suspension reader; // published by the task, taken by CAS
    private @Nullable ByteBuffer target; // written by the task before it publishes; null: it wants the queue filled
    private int direct; // how many bytes went into target; written before delivered
    private volatile boolean delivered; // whoever claimed the wait has done its part

    Inbound(Channel channel, Errands errands, Errand errand) {
        this.channel = channel;
        this.errands = errands;
        this.errand = errand;
    }

    // ---- the task's side ----

    /** Fills {@code into} with what is there, or waits for it; -1 at the end. */
    int receive(ByteBuffer into) throws IOException {
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

    /** {@link #receive(ByteBuffer)} for an array of its own, at most {@code max} long; null at the end. */
    byte @Nullable [] receive(int max) throws IOException {
        while (true) {
            checkOpen();
            byte[] bytes = lent.take(max);
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

    int awaitReadable() throws IOException {
        while (true) {
            checkOpen();
            int count = lent.length();
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

    /** Takes what is queued, as far as it fits; never waits. */
    int read(ByteBuffer into) throws IOException {
        checkOpen();
        int count = lent.read(into);
        if (count > 0) {
            return count;
        }
        count = queue.read(into); // where bytes come that were lent
        if (count > 0) {
            resumeIfWanted();
        }
        return count;
    }

    /** Whether nothing has arrived that was not taken. */
    private boolean isEmpty() {
        return lent.isEmpty() && queue.isEmpty(); // in this order
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void resumeIfWanted() {
        if (paused && queue.length() <= LOW) {
            errands.request(errand);
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

    /** Waits until something has changed; gives how many bytes went straight into {@code into}. */
    private int await(@Nullable ByteBuffer into) {
        var wait = Suspension.create("receive", errands.loopThread());
        target = into;
        delivered = false;
        reader = wait;
        if ((!isEmpty() || ended != null || closed) && READER.compareAndSet(this, wait, null)) {
            return 0;
        }
        try {
            wait.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            READER.compareAndSet(this, wait, null);
            target = null; // nobody looks at it any more: that takes a claim
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
     * Takes over what the channel has read, and wakes the task that waits for it. The buffer is needed until
     * {@link #arrived}, which must be called as well, when that task has had its turn or will not have it.
     */
    void arrive(ByteBuf buffer) {
        lent.takeBack(queue); // a task that pumps its own loop: there is something from an outer call
        if (!closed && buffer.isReadable() && !deliver(buffer)) {
            queue.add(buffer);
            wakeReader();
        }
    }

    /** Takes back what of {@code buffer} the task has not asked for, and releases it. */
    void arrived(ByteBuf buffer) {
        try {
            lent.takeBack(queue);
        } finally {
            buffer.release();
        }
        if (!paused && queue.length() > high) {
            paused = true;
            channel.config().setAutoRead(false);
            resumeIfDrained();
        }
    }

    /** Gives the bytes to the waiting task, if one waits and nothing is queued before them. */
    private boolean deliver(ByteBuf buffer) {
        Suspension wait = reader;
        if (wait == null || !queue.isEmpty() || !READER.compareAndSet(this, wait, null) || !wait.claim()) {
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
                lent.lend(buffer);
            }
        } finally {
            delivered = true;
            wait.wake();
        }
        return true;
    }

    /**
     * Copies as much as fits. Where this thread may not, because the task's memory is confined to its thread or gone,
     * nothing is copied: the task will do it.
     */
    private static int copy(ByteBuf from, ByteBuffer into) {
        try {
            return LentBytes.copy(from, into);
        } catch (WrongThreadException | IllegalStateException outOfReach) {
            return 0;
        }
    }

    /** Reads so many more bytes, whether a task takes them or not. */
    void readOn(int count) {
        high = queue.length() + count;
        if (paused) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /** Reads on if the task has taken enough. */
    void resumeIfDrained() {
        if (paused && ended == null && !closed && queue.length() <= LOW) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /** The other side has sent all it had. */
    void end() {
        endWith(END);
    }

    /** The connection broke. */
    void fail(IOException failure) {
        endWith(failure);
    }

    private void endWith(Object how) {
        if (ended == null) {
            ended = how;
            wakeReader();
        }
    }

    boolean hasEnded() {
        return ended != null;
    }

    // ---- any thread ----

    /** Nothing is received any more. */
    void close() {
        closed = true;
        wakeReader();
    }

    private void wakeReader() {
        Suspension wait = reader;
        if (wait != null && READER.compareAndSet(this, wait, null) && wait.claim()) {
            direct = 0;
            delivered = true;
            wait.wake();
        }
    }
}
