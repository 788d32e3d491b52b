package io.anyio.lowlevel;

import io.anyio.NoEventLoopException;
import io.anyio.spi.Backend;
import io.anyio.spi.Network;

/**
 * The network of the run that the current task belongs to. For implementers; other code uses {@code io.anyio.net}.
 *
 * <p>AnyIO has no counterpart; there, each backend includes the network.
 */
public final class CurrentNetwork {
    private CurrentNetwork() {}

    /**
     * Returns the network.
     *
     * @param what the operation that needs it, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     * @throws IllegalStateException when the backend has no network
     */
    public static Network get(String what) {
        Backend backend = CurrentBackend.get(what);
        return backend.network()
                .orElseThrow(() -> new IllegalStateException("Cannot " + what + ": the backend '" + backend.name()
                        + "' has no network; run on one that has, such as 'netty'"));
    }
}
