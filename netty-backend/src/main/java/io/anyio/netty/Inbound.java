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

    private Chunk head = new Chunk(null); // task only: the last one that was used up
    private int position; // task only: how much of the one behind it has been read
    private Chunk tail = head; // loop only

    private volatile long arrived; // bytes ever queued; written by the loop
    private volatile long taken; // bytes ever taken from the queue; written by the task
    private volatile boolean paused; // written by the loop
    private volatile @Nullable Object ended; // END or an IOException; set once by the loop, after the last chunk
    private volatile boolean closed; // set once by any thread

    private volatile @Nullable Suspension reader; // published by the task, taken by CAS
    private @Nullable ByteBuffer target; // written by the task before it publishes; null: it wants the queue filled
    private int direct; // how many bytes went into target; written before delivered
    private volatile boolean delivered; // whoever claimed the wait has done its part

    /** Bytes in the queue; the array is given up by the task when it is used up. */
    private static final class Chunk {
        private byte @Nullable [] bytes;
        private volatile @Nullable Chunk next; // set once by the loop

        Chunk(byte @Nullable [] bytes) {
            this.bytes = bytes;
        }
    }

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
            Chunk first = first();
            byte[] bytes = first == null ? null : first.bytes;
            if (first != null && bytes != null) {
                int left = bytes.length - position;
                if (position == 0 && left <= max) {
                    consume(first, left);
                    return bytes; // as it is: nobody else has it
                }
                byte[] part = new byte[Math.min(left, max)];
                System.arraycopy(bytes, position, part, 0, part.length);
                consume(first, part.length);
                return part;
            }
            if (atEnd()) {
                return null;
            }
            await(null);
        }
    }

    int awaitReadable() throws IOException {
        while (true) {
            if (first() != null) {
                return (int) (arrived - taken);
            }
            if (atEnd()) {
                return -1;
            }
            await(null);
        }
    }

    /** Takes what is queued, as far as it fits; never waits. */
    int read(ByteBuffer into) throws IOException {
        int total = 0;
        for (Chunk first = first(); first != null && into.hasRemaining(); first = first()) {
            byte[] bytes = first.bytes;
            if (bytes == null) {
                break; // cannot be: only what has been used up gives up its bytes
            }
            int count = Math.min(bytes.length - position, into.remaining());
            into.put(bytes, position, count);
            consume(first, count);
            total += count;
        }
        return total;
    }

    private @Nullable Chunk first() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        return head.next;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void consume(Chunk first, int count) {
        position += count;
        byte[] bytes = first.bytes;
        if (bytes != null && position == bytes.length) {
            first.bytes = null;
            head = first;
            position = 0;
        }
        taken += count;
        if (paused && arrived - taken <= LOW) {
            errands.request(errand);
        }
    }

    private boolean atEnd() throws IOException {
        Object how = ended;
        if (how == null || head.next != null) { // the end is written after the last chunk
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
        if ((head.next != null || ended != null || closed) && READER.compareAndSet(this, wait, null)) {
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
                    append(buffer);
                    woken = wakeReader();
                }
            }
        } finally {
            buffer.release();
        }
        if (!paused && arrived - taken > HIGH) {
            paused = true;
            channel.config().setAutoRead(false);
            resumeIfDrained();
        }
        return woken;
    }

    /** Gives the bytes to the waiting task, if one waits and nothing is queued before them. */
    private boolean deliver(ByteBuf buffer) {
        Suspension wait = reader;
        if (wait == null || taken != arrived || !READER.compareAndSet(this, wait, null) || !wait.claim()) {
            return false;
        }
        try {
            ByteBuffer into = target;
            direct = into == null ? 0 : copy(buffer, into);
            if (buffer.isReadable()) {
                append(buffer);
            }
        } finally {
            delivered = true;
            wait.wake();
        }
        return true;
    }

    private static int copy(ByteBuf from, ByteBuffer into) {
        int count = Math.min(from.readableBytes(), into.remaining());
        int limit = into.limit();
        into.limit(into.position() + count);
        from.readBytes(into);
        into.limit(limit);
        return count;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void append(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        arrived += bytes.length; // before the chunk can be taken
        var chunk = new Chunk(bytes);
        tail.next = chunk;
        tail = chunk;
    }

    /** Reads on if the task has taken enough. */
    void resumeIfDrained() {
        if (paused && ended == null && !closed && arrived - taken <= LOW) {
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
