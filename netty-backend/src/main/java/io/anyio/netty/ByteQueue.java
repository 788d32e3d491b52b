package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that have arrived and that no task has asked for yet, in order: put in by the loop's thread, taken out by one
 * task at a time. Neither side ever waits for the other.
 */
final class ByteQueue {
    /*
     * A list of chunks, of which the task keeps the one that it has used up: what it reads is behind it. A message gets a
     * chunk of its own length, which the task can have as it is. Small ones that pile up share a chunk, because each of its
     * own would cost many times its bytes.
     *
     * The counters publish the bytes: `arrived` is moved after they, and the chunk they are in, have been written. The last
     * chunk may still grow. One that has a successor does not, and its `end` was written before that. So the task reads
     * `arrived` first and `next` afterwards: without a successor all that has arrived by then is in this chunk.
     */

    /** Messages below this many bytes share a chunk when others are queued before them. */
    private static final int SMALL = 256;

    /** Room in a chunk for several. */
    private static final int SHARED = 1024;

    private Chunk head = new Chunk(new byte[0]); // task only: the last one that was used up
    private int position; // task only: how much of the one behind it has been taken
    private Chunk tail = head; // loop only

    private volatile long arrived; // bytes ever put in; written by the loop
    private volatile long taken; // bytes ever taken out; written by the task

    /** A piece of the queue; the array is given up by the task when it is used up. */
    private static final class Chunk {
        private byte @Nullable [] bytes;
        private int end; // loop only, and the task's once there is a successor
        private volatile @Nullable Chunk next; // set once by the loop

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** How many bytes are queued. Exact on the loop's thread and in the task, as far as their own side goes. */
    long length() {
        return arrived - taken;
    }

    boolean isEmpty() {
        return arrived == taken;
    }

    // ---- the loop's side ----

    /** Copies all that can be read of {@code message} to the end of the queue. */
    void add(ByteBuf message) {
        int count = message.readableBytes();
        Chunk last = tail;
        byte[] room = last.bytes; // null when it is full and was used up
        if (room == null || room.length - last.end < count) {
            room = new byte[count < SMALL && !isEmpty() ? SHARED : count];
            var added = new Chunk(room);
            last.next = added;
            tail = added;
            last = added;
        }
        message.readBytes(room, last.end, count);
        last.end += count;
        arrived(count);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void arrived(int count) {
        arrived += count;
    }

    // ---- the task's side ----

    /** Takes out as much as fits; never waits. */
    int read(ByteBuffer into) {
        int total = 0;
        for (long queued = length(); queued > 0 && into.hasRemaining(); queued = length()) {
            Chunk first = first();
            int count = Math.min(readable(first, queued), into.remaining());
            into.put(bytes(first), position, count);
            consume(first, count);
            total += count;
        }
        return total;
    }

    /** Takes out bytes that lie together, at most {@code max}, at least one; null when there are none. */
    byte @Nullable [] take(int max) {
        long queued = length();
        if (queued == 0) {
            return null;
        }
        Chunk first = first();
        byte[] bytes = bytes(first);
        int count = Math.min(readable(first, queued), max);
        byte[] part = bytes; // as it is, if it is the whole: nobody else has it
        if (count < bytes.length) {
            part = new byte[count];
            System.arraycopy(bytes, position, part, 0, count);
        }
        consume(first, count);
        return part;
    }

    /** The chunk with the next byte, when there is one. */
    private Chunk first() {
        Chunk first = next(head);
        while (first.next != null && position == first.end) { // it was used up before it got a successor
            giveUp(first);
            first = next(head);
        }
        return first;
    }

    private int readable(Chunk first, long queued) {
        return (int) (first.next == null ? queued : Math.min(queued, first.end - position));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void consume(Chunk first, int count) {
        position += count;
        if (position == bytes(first).length) {
            giveUp(first);
        }
        taken += count;
    }

    private void giveUp(Chunk usedUp) {
        usedUp.bytes = null;
        head = usedUp;
        position = 0;
    }

    private static Chunk next(Chunk chunk) {
        Chunk next = chunk.next;
        if (next == null) {
            throw new AssertionError("more bytes are counted than queued");
        }
        return next;
    }

    private static byte[] bytes(Chunk chunk) {
        byte[] bytes = chunk.bytes;
        if (bytes == null) {
            throw new AssertionError("read behind what was used up");
        }
        return bytes;
    }
}
