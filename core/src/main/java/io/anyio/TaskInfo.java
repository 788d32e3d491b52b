package io.anyio;

import java.util.Locale;
import java.util.Objects;

/**
 * A task as seen from outside at one moment, for logs and diagnosis; ask again for what it is now. Two are equal when
 * they are about the same task. AnyIO: {@code TaskInfo}, whose {@code coro} has no counterpart: a task is no object
 * that code could await.
 *
 * @param id unique in this process
 * @param parentId the task it belongs to: the host of its group, or the caller of {@code start} until the task has
 *     reported; 0 for the first task of a run. AnyIO: {@code parent_id}
 * @param name its name
 * @param state what it does
 * @param waitsFor the verb it waits in, or empty
 * @param where the frame of the user's code it is at, or empty when it is ready or asks itself
 * @param hasPendingCancellation whether it stands in a cancelled scope, so that its next checkpoint throws. AnyIO:
 *     {@code has_pending_cancellation()}
 */
public record TaskInfo(
        long id,
        long parentId,
        String name,
        State state,
        String waitsFor,
        String where,
        boolean hasPendingCancellation) {
    /** Nothing may be null. */
    public TaskInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(waitsFor, "waitsFor");
        Objects.requireNonNull(where, "where");
    }

    /** What a task does. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It could run, and waits for its turn. */
        READY,
        /** It waits in the library. */
        WAITING,
        /** It waits for something outside of the library, such as a lock of the JDK. */
        BLOCKED,
        /** It has ended. */
        ENDED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskInfo that && id == that.id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "task " + id + " '" + name + "' " + state + (waitsFor.isEmpty() ? "" : " in " + waitsFor)
                + (where.isEmpty() ? "" : " at " + where);
    }
}
