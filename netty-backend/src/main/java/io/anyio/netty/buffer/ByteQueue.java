package io.anyio.netty.buffer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of bytes that have arrived and that no task has requested yet. The loop's thread adds bytes, and one task at
 * a time removes them. Neither side ever waits for the other.
 */
final class ByteQueue {
    /*
     * A list of chunks. The task keeps the chunk that it used up last; the next byte is in the chunk after it. A
     * message gets a chunk of its own length, whose array the task can take without a copy. Small messages that pile up
     * share a chunk, because a chunk for each would cost many times its bytes.
     *
     * The counters publish the bytes: `arrived` advances after the bytes and their chunk have been written. The last
     * chunk may still grow. A chunk with a successor does not, and its `end` was written before. So the task reads
     * `arrived` first and `next` afterwards: if there is no successor, all bytes counted are in this chunk.
     */

    /** Messages shorter than this, in bytes, share a chunk when others are queued before them. */
    private static final int SMALL = 256;

    /** The size of a shared chunk, in bytes. */
    private static final int SHARED = 1024;

    private Chunk head = new Chunk(new byte[0]); // task only: the last chunk that was used up
    private int position; // task only: bytes taken from the chunk after it
    private Chunk tail = head; // loop only

    private volatile long arrived; // bytes ever put in; written by the loop
    private volatile long taken; // bytes ever taken out; written by the task

    /** A piece of the queue. The task drops the array when it is used up. */
    private static final class Chunk {
        private byte @Nullable [] bytes;
        private int end; // loop only; also the task's once there is a successor
        private volatile @Nullable Chunk next; // set once by the loop

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** Returns the number of queued bytes. Each side sees its own additions or removals exactly. */
    long length() {
        return arrived - taken;
    }

    boolean isEmpty() {
        return arrived == taken;
    }

    // ---- the loop's side ----

    /** Copies the readable bytes of {@code message} to the end of the queue. */
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

    /** Removes as many bytes as fit into {@code into} and returns their number; never waits. */
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

    /** Removes contiguous bytes, at least one and at most {@code max}; null when the queue is empty. */
    byte @Nullable [] take(int max) {
        long queued = length();
        if (queued == 0) {
            return null;
        }
        Chunk first = first();
        byte[] bytes = bytes(first);
        int count = Math.min(readable(first, queued), max);
        byte[] part = bytes; // the array itself if all of it is taken: nothing else refers to it
        if (count < bytes.length) {
            part = new byte[count];
            System.arraycopy(bytes, position, part, 0, count);
        }
        consume(first, count);
        return part;
    }

    /** Returns the chunk with the next byte. There must be one. */
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
            throw new AssertionError("a used-up chunk was read");
        }
        return bytes;
    }
}
