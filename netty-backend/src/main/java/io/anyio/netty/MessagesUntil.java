package io.anyio.netty;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The messages of a stream up to and including the first one of a certain type. */
final class MessagesUntil<T> implements Iterator<T> {
    private final MessageStream stream;
    private final Class<T> type;
    private final Class<? extends T> last;
    private boolean over; // the last one was returned
    private @Nullable T next;

    MessagesUntil(MessageStream stream, Class<T> type, Class<? extends T> last) {
        this.stream = stream;
        this.type = type;
        this.last = last;
        Object current = stream.inbound().current();
        if (last.isInstance(current)) {
            next = last.cast(current);
        }
    }

    /** Receives, so it is a checkpoint. */
    @Override
    public boolean hasNext() {
        if (next == null && !over) {
            next = stream.receive(type);
        }
        return next != null;
    }

    @Override
    public T next() {
        T found = hasNext() ? next : null;
        if (found == null) {
            throw new NoSuchElementException("The last message was returned; ask hasNext() first");
        }
        next = null;
        over = last.isInstance(found);
        return found;
    }
}
