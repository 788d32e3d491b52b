package io.anyio.netty;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Settings of a {@link MessageStream}. Immutable.
 *
 * <p>AnyIO has no counterpart.
 */
public final class MessageStreamOptions {
    /** No user events. */
    public static final MessageStreamOptions DEFAULTS = new MessageStreamOptions(List.of());

    private final List<Class<?>> events;

    private MessageStreamOptions(List<Class<?>> events) {
        this.events = events;
    }

    /**
     * Returns settings with which user events of these types are received like messages, in order with them, as in
     * {@code withEvents(IdleStateEvent.class)}. Other user events go to the next handler of the pipeline.
     */
    public MessageStreamOptions withEvents(Class<?>... types) {
        return new MessageStreamOptions(Stream.concat(events.stream(), Stream.of(types))
                .distinct()
                .<Class<?>>map(Objects::requireNonNull)
                .toList());
    }

    /** Returns the types of the user events that are received. */
    public List<Class<?>> events() {
        return events;
    }

    boolean includes(Object event) {
        for (Class<?> type : events) {
            if (type.isInstance(event)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "MessageStreamOptions[events=" + events + "]";
    }
}
