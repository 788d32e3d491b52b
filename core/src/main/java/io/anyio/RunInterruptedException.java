package io.anyio;

import java.util.Objects;

/**
 * Thrown when the thread that waits in {@code AnyIO.run}, or for a task in {@code FromThread} or
 * {@code BlockingPortal}, was interrupted, and the run or the task was cancelled for that reason. The interrupt status
 * of the thread is set again.
 *
 * <p>AnyIO: the {@code KeyboardInterrupt} that {@code run} raises.
 */
public final class RunInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunInterruptedException(Cancelled cause) {
        super("The run was cancelled because its thread was interrupted", cause);
    }

    /** Creates an exception whose message says what was cancelled. */
    public RunInterruptedException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }
}
