package io.anyio.spi;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of bytes that a task has sent, from a {@link SendBufferPool}. Buffers can be linked, so that a loop writes
 * several of them in one go.
 *
 * <p>The memory is the JDK's. Tasks fill it, and tasks must not touch the pools of a network library, which may be
 * bound to threads. A lost buffer is reclaimed by the garbage collector. Used by one thread at a time, its holder.
 *
 * <p>AnyIO has no counterpart.
 *
 * @param <V> the type of the backend's view of the memory
 */
public final class SendBuffer<V> {
    private final ByteBuffer memory;
    private final V view;
    private int length; // owned by the current holder
    private @Nullable SendBuffer<V> before; // owned by the current holder: a full buffer, to be written first

    SendBuffer(ByteBuffer memory, V view) {
        this.memory = memory;
        this.view = view;
    }

    /** Returns the number of bytes in this buffer. */
    public int length() {
        return length;
    }

    /** Returns how many more bytes fit. */
    public int room() {
        return memory.capacity() - length;
    }

    /** Copies {@code count} bytes, for which there must be room, and advances the position of {@code source}. */
    public void add(ByteBuffer source, int count) {
        memory.put(length, source, source.position(), count);
        source.position(source.position() + count);
        length += count;
    }

    /**
     * Returns the backend's view of the memory, of which the first {@link #length} bytes are to be written. The same
     * object each time.
     */
    public V view() {
        return view;
    }

    /** Links {@code older}, with the buffers before it, before this one, and returns this buffer. */
    public SendBuffer<V> after(@Nullable SendBuffer<V> older) {
        before = older;
        return this;
    }

    /** Returns the number of buffers: this one and those before it. */
    public int count() {
        int count = 0;
        for (SendBuffer<V> buffer = this; buffer != null; buffer = buffer.before) {
            count++;
        }
        return count;
    }

    /** Unlinks this buffer and those before it, and passes each to {@code action}, the oldest first. */
    public void forEachInOrder(Consumer<SendBuffer<V>> action) {
        SendBuffer<V> older = before;
        if (older != null) { // shallow: a buffer is begun only when the one before it is full
            before = null;
            older.forEachInOrder(action);
        }
        action.accept(this);
    }

    void clear() {
        length = 0;
    }

    boolean isPooled() {
        return memory.isDirect();
    }
}
