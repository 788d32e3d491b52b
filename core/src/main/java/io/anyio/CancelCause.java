package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Why a scope was cancelled; the first cause stays.
 *
 * @param reason what the caller gave, if anything
 * @param byDeadline whether the scope's own deadline expired, which is what tells a time-out from a cancellation
 * @param byTask the name of the task that called, if it was a task
 * @param origin where it was called, recorded in debug mode only
 */
record CancelCause(
        @Nullable String reason,
        boolean byDeadline,
        @Nullable String byTask,
        @Nullable Throwable origin) {

    static final CancelCause DEADLINE = new CancelCause("deadline exceeded", true, null, null);

    static CancelCause called(@Nullable String reason) {
        Task caller = Task.currentOrNull();
        if (caller == null) {
            return new CancelCause(reason, false, null, null);
        }
        return new CancelCause(
                reason, false, caller.name(), caller.run().debug() ? new Throwable("cancelled here") : null);
    }

    String describe() {
        var text = new StringBuilder("cancelled via cancel scope");
        if (byTask != null) {
            text.append(" by task '").append(byTask).append('\'');
        }
        if (reason != null) {
            text.append("; reason: ").append(reason);
        }
        return text.toString();
    }
}
