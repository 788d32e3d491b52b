package io.anyio;

import io.anyio.internal.CancelTree;
import io.anyio.internal.Run;
import io.anyio.internal.StallReporter;
import io.anyio.internal.Task;
import io.anyio.internal.TaskTree;
import io.anyio.internal.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a task at one moment, for logs and diagnosis. Two snapshots are equal when they describe the same task.
 * AnyIO: {@code TaskInfo}. Its {@code coro} has no counterpart, because a task is not an object that code can await.
 *
 * @param id a number that is unique in this process
 * @param parentId the id of the parent task: the host of its group, or the caller of {@code start} until the task has
 *     reported; 0 for the first task of a run. AnyIO: {@code parent_id}
 * @param name the name of the task
 * @param state the state of the task
 * @param waitsFor the operation in which it waits, or empty
 * @param where the present stack frame in the user's code, or empty when the task is ready or is the caller itself
 * @param hasPendingCancellation whether it is in a cancelled scope; its next checkpoint then throws. AnyIO:
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
    /** Creates a snapshot. No component may be null. */
    public TaskInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(waitsFor, "waitsFor");
        Objects.requireNonNull(where, "where");
    }

    /** Takes a snapshot of a task. Any thread. */
    static TaskInfo of(Task task) {
        Wait wait = task.parked();
        State state = stateOf(task, wait);
        boolean shown = switch (state) {
            case WAITING, BLOCKED -> true;
            case RUNNING -> task.thread() != Thread.currentThread();
            case READY, ENDED -> false;
        };
        return new TaskInfo(
                task.id(),
                task.parentId(),
                task.name(),
                state,
                state == State.WAITING && wait != null ? wait.what() : "",
                shown ? StallReporter.placeOf(task.thread().getStackTrace()) : "",
                state != State.ENDED && CancelTree.isCancelled(task.scope()));
    }

    private static State stateOf(Task task, @Nullable Wait wait) {
        if (wait != null) {
            return wait.isParked() ? State.WAITING : State.READY;
        }
        return switch (task.thread().getState()) {
            case NEW -> State.READY;
            case RUNNABLE -> task.loop().runs(task) ? State.RUNNING : State.READY;
            case BLOCKED, WAITING, TIMED_WAITING -> task.awaitsTurn() ? State.READY : State.BLOCKED;
            case TERMINATED -> State.ENDED;
        };
    }

    /** Takes snapshots of the live tasks of a run, parents before children. Any thread. */
    static List<TaskInfo> ofAll(Run run) {
        List<TaskInfo> infos = new ArrayList<>();
        var _ = TaskTree.walk(run, (task, _, _, _) -> infos.add(of(task)));
        return infos;
    }

    /** The state of a task. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It can run and waits for its turn. */
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
