package io.anyio;

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
     * The backend.
     *
     * @param what what it is wanted for, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static Backend get(String what) {
        return Task.require(what).run().backend();
    }

    /** The engine's side of the run, for that backend; as {@link #get}. */
    public static EngineView engine(String what) {
        return Task.require(what).run();
    }
}
