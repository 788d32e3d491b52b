package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.RootAccess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by every checkpoint while its task is in a cancelled scope. AnyIO: {@code get_cancelled_exc_class()}.
 *
 * <p>It extends {@link Error}, so {@code catch (Exception e)} does not catch it. Code that catches it to clean up
 * should rethrow it. Swallowing it does not end the cancellation: the next checkpoint throws again.
 *
 * <p>Only the library creates instances, a new one for each delivery. They have no stack trace unless the run was
 * started with {@code debug}.
 */
public final class Cancelled extends Error {
    private static final long serialVersionUID = 1L;

    static {
        RootAccess.provide(new EngineAccess());
    }

    private final @Nullable String reason;

    Cancelled(CancelCause cause, boolean debug) {
        super(cause.describe(), null, true, debug);
        this.reason = cause.reason();
        if (debug && cause.origin() != null) {
            addSuppressed(cause.origin());
        }
    }

    /**
     * Returns the reason given to {@link CancelScope#cancel(String)}; "deadline exceeded" after a time-out. If several
     * scopes around the task are cancelled, it is that of the cancellation that has ended the wait. If the task did not
     * wait, or was cancelled before, it is that of the innermost cancelled scope.
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }
}
