package io.anyio.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that a task has sent and that the loop writes in one go, together with those in the batches before it.
 *
 * <p>Plain memory of the JDK behind a Netty buffer that we keep a reference to: it is filled by tasks, which must not
 * touch Netty's pools, and when it gets lost the garbage collector has it.
 */
final class Batch {
    private final ByteBuffer memory;
    private final ByteBuf view; // loop only
    private int length; // owned by whoever has the batch
    private @Nullable Batch before; // owned by whoever has the batch: a full one, to be written first

    Batch(ByteBuffer memory) {
        this.memory = memory;
        this.view = Unpooled.wrappedBuffer(memory);
    }

    int length() {
        return length;
    }

    /** Puts {@code older}, and those before that, before this one. */
    Batch after(@Nullable Batch older) {
        before = older;
        return this;
    }

    /** How many there are, with those before it. */
    int count() {
        int count = 0;
        for (Batch batch = this; batch != null; batch = batch.before) {
            count++;
        }
        return count;
    }

    /** Hands out this one and those before it, the oldest first, each on its own. */
    void forEachInOrder(Consumer<Batch> action) {
        Batch older = before;
        if (older != null) { // there are few: none is begun before the one before it is full
            before = null;
            older.forEachInOrder(action);
        }
        action.accept(this);
    }

    int room() {
        return memory.capacity() - length;
    }

    /** Takes {@code count} bytes, for which there is room, and moves the source's position past them. */
    void add(ByteBuffer source, int count) {
        memory.put(length, source, source.position(), count);
        source.position(source.position() + count);
        length += count;
    }

    /** The bytes as a buffer that Netty may release. On the loop only. */
    ByteBuf toWrite() {
        return view.setIndex(0, length).retain();
    }

    /** Whether Netty has let go of it. On the loop only. */
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
