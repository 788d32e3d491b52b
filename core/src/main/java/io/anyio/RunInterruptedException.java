package io.anyio;

/**
 * The thread that waited in {@code AnyIO.run} was interrupted, and the run was cancelled for it. The interrupt status
 * is set again.
 *
 * <p>AnyIO: the {@code KeyboardInterrupt} that leaves {@code run}.
 */
public final class RunInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunInterruptedException(Cancelled cause) {
        super("The run was cancelled because its thread was interrupted", cause);
    }
}
