package io.anyio.diagnostics;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The listeners of the watchdog in this process. AnyIO has no counterpart.
 *
 * <pre>{@code
 * WatchdogListeners.register(event -> alarms.raise(event.kind(), event.taskName(), event.duration()));
 * }</pre>
 *
 * <p>Without listeners there is no cost. May be used by any thread. No method is a checkpoint.
 */
public final class WatchdogListeners {
    private static final CopyOnWriteArrayList<WatchdogListener> LISTENERS = new CopyOnWriteArrayList<>();

    private WatchdogListeners() {}

    /**
     * Adds a listener for the events from now on. It is kept until it is {@linkplain #unregister unregistered}, so a
     * program that is unloaded before the library must do that.
     */
    public static void register(WatchdogListener listener) {
        LISTENERS.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes a listener, once. Does nothing when it was not registered. An event may still be under way to it. */
    public static void unregister(WatchdogListener listener) {
        LISTENERS.remove(Objects.requireNonNull(listener, "listener"));
    }

    /** Returns the listeners, in the order in which they are called. */
    public static List<WatchdogListener> registered() {
        return List.copyOf(LISTENERS);
    }
}
