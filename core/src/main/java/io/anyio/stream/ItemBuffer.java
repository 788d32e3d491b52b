package io.anyio.stream;

import org.jspecify.annotations.Nullable;

/** An unbounded FIFO buffer of items. Guarded by the critical section of the stream that owns it. */
final class ItemBuffer {
    /*
     * A chain of chunks of one size. Its owner is in a critical section, so no call allocates or copies more than one
     * chunk. One emptied chunk is kept, so a steady flow of items allocates nothing.
     */

    private static final int CHUNK = 32;

    private static final class Chunk {
        final @Nullable Object[] items = new @Nullable Object[CHUNK];

        @Nullable
        Chunk next; // guarded as the buffer
    }

    // all written inside the critical section of the stream
    private @Nullable Chunk head; // null until the first item comes
    private @Nullable Chunk tail;
    private @Nullable Chunk spare;
    private int first; // in head
    private int end; // in tail
    private int size;

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    static <T extends @Nullable Object> T cast(@Nullable Object item) {
        return (T) item;
    }

    int size() {
        return size;
    }

    void add(@Nullable Object item) {
        Chunk last = tail;
        if (last == null || end == CHUNK) {
            last = grow(last);
        }
        last.items[end++] = item;
        size++;
    }

    private Chunk grow(@Nullable Chunk last) {
        Chunk added = spare == null ? new Chunk() : spare;
        spare = null;
        if (last == null) {
            head = added;
        } else {
            last.next = added;
        }
        tail = added;
        end = 0;
        return added;
    }

    /** Moves all items to an empty buffer. Takes constant time. */
    void moveTo(ItemBuffer target) {
        target.head = head;
        target.tail = tail;
        target.first = first;
        target.end = end;
        target.size = size;
        head = null;
        tail = null;
        first = 0;
        end = 0;
        size = 0;
    }

    /** Removes and returns the oldest item. There must be one. */
    @Nullable
    Object poll() {
        Chunk from = head;
        if (from == null || size == 0) {
            throw new AssertionError("the buffer is empty");
        }
        Object item = from.items[first];
        from.items[first++] = null;
        size--;
        if (size == 0) {
            first = 0;
            end = 0; // head is tail
        } else if (first == CHUNK) {
            head = from.next;
            from.next = null;
            spare = from;
            first = 0;
        }
        return item;
    }
}
