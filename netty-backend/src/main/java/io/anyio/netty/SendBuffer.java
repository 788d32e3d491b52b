package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A buffer of bytes that a task has sent. The loop writes it in one go, together with the buffers linked before it.
 *
 * <p>The memory is the JDK's, wrapped in a Netty buffer of which this class keeps one reference. Tasks fill it, and
 * tasks must not touch Netty's pools. A lost buffer is reclaimed by the garbage collector.
 */
final class SendBuffer {
    private final ByteBuffer memory;
    private final ByteBuf view; // loop only
    private int length; // owned by the current holder
    private @Nullable SendBuffer before; // owned by the current holder: a full buffer, to be written first

    SendBuffer(ByteBuffer memory) {
        this.memory = memory;
        this.view = Unpooled.wrappedBuffer(memory);
    }

    int length() {
        return length;
    }

    /** Links {@code older}, with the buffers before it, before this one. */
    SendBuffer after(@Nullable SendBuffer older) {
        before = older;
        return this;
    }

    /** Returns the number of buffers: this one and those before it. */
    int count() {
        int count = 0;
        for (SendBuffer buffer = this; buffer != null; buffer = buffer.before) {
            count++;
        }
        return count;
    }

    /** Unlinks this buffer and those before it, and passes each to {@code action}, the oldest first. */
    void forEachInOrder(Consumer<SendBuffer> action) {
        SendBuffer older = before;
        if (older != null) { // shallow: a buffer is begun only when the one before it is full
            before = null;
            older.forEachInOrder(action);
        }
        action.accept(this);
    }

    int room() {
        return memory.capacity() - length;
    }

    /** Copies {@code count} bytes, for which there must be room, and advances the position of {@code source}. */
    void add(ByteBuffer source, int count) {
        memory.put(length, source, source.position(), count);
        source.position(source.position() + count);
        length += count;
    }

    /** Returns the bytes as a buffer that Netty may release. Called on the loop's thread. */
    ByteBuf toWrite() {
        return view.setIndex(0, length).retain();
    }

    /** Returns whether Netty has released the buffer. Called on the loop's thread. */
    boolean isFree() {
        return view.refCnt() == 1;
    }

    void clear() {
        length = 0;
    }

    boolean isDirect() {
        return memory.isDirect();
    }
}
