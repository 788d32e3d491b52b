package io.anyio.netty;

import io.anyio.Cancelled;
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
 * waits for them, or else into a queue, and the buffer is free for the next read. So none can leak, whatever happens to
 * the task.
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

    private final ByteQueue queue = new ByteQueue();
    private volatile boolean paused; // written by the loop
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
            byte[] bytes = queue.take(max);
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
            if (!queue.isEmpty()) {
                return (int) queue.length();
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
        int count = queue.read(into);
        if (count > 0) {
            resumeIfWanted();
        }
        return count;
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
        if (how == null || !queue.isEmpty()) { // the end is written after the last byte
            return false;
        }
        if (how instanceof IOException failure) {
            throw failure;
        }
        return true;
    }

    /** Waits until something has changed; gives how many bytes went straight into {@code into}. */
    private int await(@Nullable ByteBuffer into) {
        var wait = Suspension.create("receive");
        target = into;
        delivered = false;
        reader = wait;
        if ((!queue.isEmpty() || ended != null || closed) && READER.compareAndSet(this, wait, null)) {
            return 0;
        }
        try {
            wait.await();
        } catch (Cancelled c) {
            READER.compareAndSet(this, wait, null);
            target = null; // nobody looks at it any more: that takes a claim
            throw c;
        }
        while (!delivered) {
            Thread.onSpinWait();
        }
        target = null;
        return direct;
    }

    // ---- the loop's side ----

    /** Takes over what the channel has read, releases the buffer, and says whether that has woken a task. */
    boolean arrive(ByteBuf buffer) {
        boolean woken = false;
        try {
            if (!closed && buffer.isReadable()) {
                woken = deliver(buffer);
                if (!woken) {
                    queue.add(buffer);
                    woken = wakeReader();
                }
            }
        } finally {
            buffer.release();
        }
        if (!paused && queue.length() > HIGH) {
            paused = true;
            channel.config().setAutoRead(false);
            resumeIfDrained();
        }
        return woken;
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
            if (into != null) {
                direct = copy(buffer, into);
            }
            if (buffer.isReadable()) {
                queue.add(buffer);
            }
        } finally {
            delivered = true;
            wait.wake();
        }
        return true;
    }

    /**
     * Copies as much as fits, by means of the JDK's, which see to it that this thread may. Where it may not, because
     * the task's memory is confined to its thread or gone, nothing is copied: the task will find the bytes in the
     * queue.
     */
    private static int copy(ByteBuf from, ByteBuffer into) {
        int count = Math.min(from.readableBytes(), into.remaining());
        int position = into.position();
        try {
            ByteBuffer bytes = from.internalNioBuffer(from.readerIndex(), count);
            into.put(position, bytes, bytes.position(), count);
        } catch (WrongThreadException | IllegalStateException outOfReach) {
            return 0;
        }
        into.position(position + count);
        from.skipBytes(count);
        return count;
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

    private boolean wakeReader() {
        Suspension wait = reader;
        if (wait == null || !READER.compareAndSet(this, wait, null) || !wait.claim()) {
            return false;
        }
        direct = 0;
        delivered = true;
        wait.wake();
        return true;
    }
}
