package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/**
 * The reason for which a scope was cancelled. A scope keeps its first cause.
 *
 * @param reason the reason that the caller gave, if any
 * @param byDeadline whether the scope's own deadline expired, which distinguishes a time-out from a cancellation
 * @param byTask the name of the calling task, if a task called
 * @param byThread the name of the calling thread, if the caller was not a task
 * @param origin the stack of the call, recorded in debug mode only
 */
public record CancelCause(
        @Nullable String reason,
        boolean byDeadline,
        @Nullable String byTask,
        @Nullable String byThread,
        @Nullable Throwable origin) {

    static final CancelCause DEADLINE = new CancelCause("deadline exceeded", true, null, null, null);

    /** Used when a task of a group has failed and there is not enough memory for a more precise cause. */
    public static final CancelCause WITHOUT_MEMORY = new CancelCause(null, false, null, null, null);

    public String describe() {
        var text = new StringBuilder("cancelled via cancel scope");
        if (byTask != null) {
            text.append(" by task '").append(byTask).append('\'');
        } else if (byThread != null) {
            text.append(" by thread '").append(byThread).append('\'');
        }
        if (reason != null) {
            text.append("; reason: ").append(reason);
        }
        return text.toString();
    }
}
