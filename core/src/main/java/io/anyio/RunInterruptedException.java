package io.anyio;

/**
 * Thrown when the thread that waits in {@code AnyIO.run} was interrupted and the run was cancelled for that reason. The
 * interrupt status of the thread is set again.
 *
 * <p>AnyIO: the {@code KeyboardInterrupt} that {@code run} raises.
 */
public final class RunInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunInterruptedException(Cancelled cause) {
        super("The run was cancelled because its thread was interrupted", cause);
    }
}
