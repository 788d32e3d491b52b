package io.anyio.internal;

import io.anyio.diagnostics.WatchdogEvent;
import org.jspecify.annotations.Nullable;

/**
 * A recorder of what happens in a run. Called on the thread on which it happens, through {@link Tracing}; must not
 * wait. A method that begins something returns an object for the method that ends it, or null when it is not recorded.
 */
public interface EngineTrace {

    /** The task is about to be made ready for the first time. Called by the thread that starts it. */
    void taskStarts(TracedTask task);

    /** A task has begun to run. */
    @Nullable
    Object taskBegins();

    /** The code of the task has ended. */
    void taskEnds(TracedTask task, Object begun, @Nullable Throwable failure);

    /** A task is about to park. */
    @Nullable
    Object suspends();

    /** The task has its turn again, after it has waited in the operation {@code cause}. */
    void continues(TracedTask task, String cause, Object suspended, boolean aborted);

    /** Another thread begins to run the tasks of a loop, because {@code stuck} waits, with a pinned task or without. */
    @Nullable
    Object rescueBegins(long run, int loop, @Nullable TracedTask pinned, Thread stuck);

    /** The rescue has ended. */
    void rescueEnds(Object begun);

    /** The watchdog reports an event. Called by its thread. */
    void reported(WatchdogEvent event);
}
