package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Why a scope was cancelled; the first cause stays.
 *
 * @param reason what the caller gave, if anything
 * @param byDeadline whether the scope's own deadline expired, which is what tells a time-out from a cancellation
 * @param byTask the name of the task that called, if it was a task
 * @param byThread the name of the thread that called, if it was no task
 * @param origin where it was called, recorded in debug mode only
 */
record CancelCause(
        @Nullable String reason,
        boolean byDeadline,
        @Nullable String byTask,
        @Nullable String byThread,
        @Nullable Throwable origin) {

    static final CancelCause DEADLINE = new CancelCause("deadline exceeded", true, null, null, null);

    /** For a group whose task has failed when there was no memory for more than that. */
    static final CancelCause WITHOUT_MEMORY = new CancelCause(null, false, null, null, null);

    /** The current task or thread has called; {@code host} is the task in the scope, if it is entered. */
    static CancelCause called(@Nullable String reason, @Nullable Task host) {
        Task caller = Task.currentOrNull();
        Task known = caller == null ? host : caller;
        return new CancelCause(
                reason,
                false,
                caller == null ? null : caller.name(),
                caller == null ? Thread.currentThread().getName() : null,
                known != null && known.run().debug() ? new Throwable("cancelled here") : null);
    }

    String describe() {
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
