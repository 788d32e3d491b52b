package io.anyio.testing;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The order in which things happened, for a test to compare. Any thread may add.
 *
 * <p>AnyIO has no counterpart; its tests append to a list.
 */
public final class Trail {
    private final CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();

    /** An empty trail. */
    public Trail() {}

    /** Adds an event. */
    public void add(String event) {
        events.add(Objects.requireNonNull(event, "event"));
    }

    /** The events so far, oldest first. */
    public List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public String toString() {
        return events.toString();
    }
}
