package io.anyio.jdk;

import io.anyio.lowlevel.CurrentBackend;

/** A buffer of the backend {@code jdk} that its holder loses. */
public final class LostBuffer {
    private LostBuffer() {}

    /** Acquires a buffer of the current loop and does not return it. */
    public static void lose() {
        var backend = (JdkBackend) CurrentBackend.get("lose a buffer");
        var _ = backend.loops().getFirst().buffers().acquire(1);
    }
}
