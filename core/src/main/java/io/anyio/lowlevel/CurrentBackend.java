package io.anyio.lowlevel;

import io.anyio.NoEventLoopException;
import io.anyio.internal.Task;
import io.anyio.spi.Backend;
import io.anyio.spi.EngineView;

/**
 * The backend of the run that the current task belongs to. For implementers.
 *
 * <p>AnyIO has no counterpart.
 */
public final class CurrentBackend {
    private CurrentBackend() {}

    /**
     * Returns the backend.
     *
     * @param what the operation that needs it, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static Backend get(String what) {
        return Task.require(what).run().backend();
    }

    /** Like {@link #get}, but returns the engine's view of the run. */
    public static EngineView engine(String what) {
        return Task.require(what).run().view();
    }
}
