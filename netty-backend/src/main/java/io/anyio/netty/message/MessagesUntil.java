package io.anyio.netty.message;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The messages of a stream up to and including the first one of a certain type. */
public final class MessagesUntil<T> implements Iterator<T> {
    private final ChannelMessages messages;
    private final Class<T> type;
    private final Class<? extends T> last;
    private boolean over; // the last one was returned
    private @Nullable T next;

    /** Begins with the message received last, if it is of the type {@code last}. */
    public MessagesUntil(ChannelMessages messages, Class<T> type, Class<? extends T> last) {
        this.messages = messages;
        this.type = type;
        this.last = last;
        Object current = messages.inbound().current();
        if (last.isInstance(current)) {
            next = last.cast(current);
        }
    }

    /** Receives, so it is a checkpoint. */
    @Override
    public boolean hasNext() {
        if (next == null && !over) {
            next = messages.receive(type);
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
