package io.anyio.diagnostics;

/**
 * Code that is called for each event of the watchdog, of all runs of the process. Register it with
 * {@link WatchdogListeners}. AnyIO has no counterpart.
 */
@FunctionalInterface
public interface WatchdogListener {

    /**
     * Handles an event. Called on a thread of the library that is not a task, one event after the other, so it may
     * wait, but the other listeners get their events later then. While a listener does not return, up to 64 events are
     * kept; further ones are dropped and counted in {@link WatchdogEvent#leftOut}. The watchdog itself is not delayed.
     * An exception is logged, and the other listeners are called.
     */
    void onEvent(WatchdogEvent event);
}
