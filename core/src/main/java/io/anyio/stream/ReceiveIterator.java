package io.anyio.stream;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** An iterator over the items of a stream, which ends where the stream does. */
final class ReceiveIterator<T extends @Nullable Object> implements Iterator<T> {
    private enum Next {
        UNKNOWN,
        FOUND,
        NONE
    }

    private final ObjectReceiveStream<T> stream;
    private Next next = Next.UNKNOWN; // used by the iterating task only
    private @Nullable Object item; // used by the iterating task only

    ReceiveIterator(ObjectReceiveStream<T> stream) {
        this.stream = stream;
    }

    @Override
    public boolean hasNext() {
        if (next == Next.UNKNOWN) {
            if (stream instanceof MemoryReceiveStream<T> memory) {
                receiveFrom(memory);
            } else {
                receive();
            }
        }
        return next == Next.FOUND;
    }

    /** Receives without an exception at the end; {@code Rehearsal} says what a handler costs with many receivers. */
    private void receiveFrom(MemoryReceiveStream<T> memory) {
        Object taken = memory.receiveOrMissed();
        if (taken == MemoryStreamState.Missed.ENDED) {
            next = Next.NONE;
        } else {
            item = memory.item(taken);
            next = Next.FOUND;
        }
    }

    private void receive() {
        try {
            item = stream.receive();
            next = Next.FOUND;
        } catch (EndOfStreamException end) {
            next = Next.NONE;
        }
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The stream has ended; ask hasNext() first");
        }
        T found = ItemBuffer.cast(item);
        item = null;
        next = Next.UNKNOWN;
        return found;
    }
}
