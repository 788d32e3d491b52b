package io.anyio.netty.message;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A queue of messages from one thread, the channel's loop, to one thread at a time, the receiving task's. It knows how
 * many bytes its messages have.
 */
final class MessageQueue {
    /*
     * A linked list of arrays. The producer writes a message and then publishes the number of messages in the array,
     * which the consumer reads first. Each counter has one writer.
     */

    private static final int CHUNK = 32;

    private static final VarHandle FILLED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "filled", VarHandle.class, Chunk.class, int.class);

    private static final VarHandle ADDED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "added", VarHandle.class, MessageQueue.class, long.class);

    private static final VarHandle TAKEN = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "taken", VarHandle.class, MessageQueue.class, long.class);

    /** A part of the list. */
    private static final class Chunk {
        private final @Nullable Object[] messages = new @Nullable Object[CHUNK];
        private final int[] sizes = new int[CHUNK];
        private int filled; // written by the producer, through FILLED
        private volatile @Nullable Chunk next; // set once by the producer
    }

    private Chunk last = new Chunk(); // producer only
    private Chunk first = last; // consumer only
    private int read; // consumer only: the number of messages taken from the first chunk
    private long added; // bytes; written by the producer, through ADDED
    private long taken; // bytes; written by the consumer, through TAKEN

    // ---- the producer ----

    /** Adds a message of about {@code size} bytes. */
    void add(Object message, int size) {
        Chunk chunk = last;
        int filled = chunk.filled;
        if (filled == CHUNK) {
            var another = new Chunk();
            put(another, 0, message, size);
            chunk.next = another;
            last = another;
        } else {
            put(chunk, filled, message, size);
        }
    }

    private void put(Chunk chunk, int at, Object message, int size) {
        chunk.messages[at] = message;
        chunk.sizes[at] = size;
        ADDED.setOpaque(this, added + size);
        FILLED.setVolatile(chunk, at + 1); // before the producer looks for a waiting consumer
    }

    // ---- the consumer ----

    /** Removes the oldest message and returns it, or null if there is none. */
    @Nullable
    Object poll() {
        Chunk chunk = first;
        if (read == CHUNK) {
            Chunk following = chunk.next;
            if (following == null) {
                return null;
            }
            first = following;
            read = 0;
            chunk = following;
        }
        if ((int) FILLED.getAcquire(chunk) == read) {
            return null;
        }
        Object message = Objects.requireNonNull(chunk.messages[read]);
        chunk.messages[read] = null;
        TAKEN.setVolatile(this, taken + chunk.sizes[read]); // before the consumer looks whether the producer pauses
        read++;
        return message;
    }

    /** Returns whether there is no message. */
    boolean isEmpty() {
        Chunk chunk = first;
        if (read < CHUNK) {
            return (int) FILLED.getVolatile(chunk) == read;
        }
        return chunk.next == null;
    }

    // ---- any thread ----

    /** Returns the number of bytes in the queue. */
    long bytes() {
        return (long) ADDED.getOpaque(this) - (long) TAKEN.getVolatile(this);
    }
}
