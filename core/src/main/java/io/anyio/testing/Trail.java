package io.anyio.testing;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A list of events in the order in which they happened, for a test to compare. May be used by any thread.
 *
 * <p>AnyIO has no counterpart; its tests append to a list.
 */
public final class Trail {
    private final CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();

    /** Makes an empty trail. */
    public Trail() {}

    /** Adds an event. */
    public void add(String event) {
        events.add(Objects.requireNonNull(event, "event"));
    }

    /** Returns the events so far, oldest first. */
    public List<String> events() {
        return List.copyOf(events);
    }

    @Override
    public String toString() {
        return events.toString();
    }
}
