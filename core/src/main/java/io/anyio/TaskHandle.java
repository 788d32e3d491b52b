package io.anyio;

import io.anyio.internal.ChildGroup;
import io.anyio.internal.EngineLog;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import io.anyio.internal.Wait;
import io.anyio.internal.WaitList;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handle to a started task. AnyIO: {@code TaskHandle}.
 *
 * <p>A failure propagates through the task's group, whether or not it is read from the handle. The methods that do not
 * wait may be called from any thread.
 *
 * @param <T> the type of the task's value
 */
public final class TaskHandle<T extends @Nullable Object> {
    private static final VarHandle WAITERS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "waiters", VarHandle.class, TaskHandle.class, WaitList.class);
    private static final VarHandle END_ACTIONS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "endActions", VarHandle.class, TaskHandle.class, EndAction.class);

    /** The status of a task. */
    public enum Status {
        /** It has not ended. */
        PENDING,
        /** It was cancelled through its handle and has not ended. */
        CANCELLING,
        /** It has returned, even if it was cancelled. */
        FINISHED,
        /** It has ended by a cancellation. */
        CANCELLED,
        /** It has ended by another failure. */
        FAILED
    }

    private record EndAction(Runnable action, @Nullable EndAction before) {}

    private final String name;
    private final ScopeNode scope; // the outermost of the task
    private final ChildGroup group;
    private long id; // set before the task starts
    private @Nullable StartGate<?> gate; // set before the task starts, if by start()
    private @Nullable TaskFuture<T> future; // set before the task starts, if its outcome does not concern the group
    private @Nullable Task task; // set before the task starts, cleared by it before `ended` so it can be collected
    private volatile @Nullable WaitList waiters; // set once, by the first task that waits
    private volatile @Nullable EndAction endActions; // newest first; pushed and taken by any thread
    private @Nullable T value; // written by the task before ended
    private @Nullable Throwable failure; // written by the task before ended
    private volatile boolean ended; // set by the task as its last write

    TaskHandle(String name, ScopeNode scope, ChildGroup group) {
        this.name = name;
        this.scope = scope;
        this.group = group;
    }

    /** Sets the task, before it starts. */
    void of(Task started) {
        id = started.id();
        task = started;
    }

    /** Lets the outcome go to {@code outcome} in place of the group. Called before the task starts. */
    void outcomeTo(TaskFuture<T> outcome) {
        future = outcome;
        outcome.of(this);
    }

    /** Returns the task, before it starts. */
    Task task() {
        return Objects.requireNonNull(task);
    }

    /**
     * Lets the task report to a call of {@code start()}. Called before it starts.
     *
     * @param outOfReach whether the cancellation of the group reaches the task after its report only
     */
    void reportThrough(StartGate<?> status, boolean outOfReach) {
        gate = status;
        status.of(task(), outOfReach);
    }

    /** Returns what the task does when its code has ended. */
    Task.End end() {
        return new Task.End() {
            @Override
            protected void ended(Task task, @Nullable Object result, @Nullable Throwable thrown) {
                TaskHandle.this.ended(task, result, thrown);
            }
        };
    }

    private void ended(Task task, @Nullable Object result, @Nullable Throwable thrown) {
        Throwable outward = complete(result, thrown);
        StartGate<?> status = gate;
        boolean callers = false; // whether the failure goes to the caller of start()
        try {
            try {
                callers = status != null && status.childEnded(outward); // before announce(): start() then reads it
                if (future != null) {
                    future.ended(thrown);
                }
            } finally {
                announce();
            }
        } finally { // even without memory: the host waits for this task
            group.ended(task, callers || future != null ? null : outward);
        }
    }

    /** Stores the outcome of the task. Returns the failure that its own scope does not catch, or null. */
    private @Nullable Throwable complete(@Nullable Object result, @Nullable Throwable thrown) {
        value = Unchecked.cast(result);
        failure = thrown;
        try {
            return scope.end(thrown != null) && thrown != null
                    ? CancelScope.withoutCancellations(scope, thrown)
                    : thrown;
        } catch (VirtualMachineError full) { // the heap, or the stack: the group must still learn of the end
            return thrown == null || thrown instanceof Cancelled ? full : thrown;
        }
    }

    /** Wakes all waiters, after {@link #complete}. */
    private void announce() {
        task = null;
        ended = true;
        WaitList queue = waiters; // a task that creates it later checks `ended` afterwards
        if (queue != null) {
            queue.wakeAll();
        }
        if (endActions != null) { // a thread that pushes one later checks `ended` afterwards
            runEndActions();
        }
    }

    /**
     * Runs {@code action} once when the task has ended, before it leaves its group: in its thread, or in the calling
     * thread if it has ended already. The action must not wait. What it throws is logged.
     */
    void whenEnded(Runnable action) {
        EndAction before;
        do {
            before = endActions;
        } while (!END_ACTIONS.compareAndSet(this, before, new EndAction(action, before)));
        if (ended) {
            runEndActions();
        }
    }

    private void runEndActions() {
        EndAction newest = (EndAction) END_ACTIONS.getAndSet(this, (EndAction) null);
        for (EndAction at = newest; at != null; at = at.before()) {
            try {
                at.action().run();
            } catch (Throwable thrown) { // the others must run, and the task must leave its group
                EngineLog.LOG.log(Level.ERROR, () -> "An action at the end of task '" + name + "' failed", thrown);
            }
        }
    }

    /** Returns the name given at the start, or the name of the class that contains the code. */
    public String name() {
        return name;
    }

    /**
     * Returns a snapshot of the task, for logs and diagnosis. May read its stack. May be called from any thread; not a
     * checkpoint. AnyIO: {@code TaskInfo} of {@code get_running_tasks}.
     */
    public TaskInfo info() {
        Task live = task;
        return live == null || ended
                ? new TaskInfo(id, group.host().id(), name, TaskInfo.State.ENDED, "", "", false)
                : TaskInfo.of(live);
    }

    /** Returns the status of the task. */
    public Status status() {
        if (!ended) {
            return scope.cause() != null ? Status.CANCELLING : Status.PENDING;
        }
        if (failure == null) {
            return Status.FINISHED;
        }
        return failure instanceof Cancelled ? Status.CANCELLED : Status.FAILED;
    }

    /**
     * Cancels this task only, not its group or its siblings. A task that has not begun still runs to its first
     * checkpoint. Has no effect when the task has ended. May be called from any thread; not a checkpoint.
     */
    public void cancel() {
        if (!ended) {
            scope.cancel(null);
        }
    }

    /**
     * Waits until the task has ended, in whatever way. Never throws the failure of the task. A checkpoint.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public void await() {
        Task waiter = Task.require("wait for a task");
        waiter.checkpointIfCancelled();
        WaitList queue = waiters();
        var wait = Wait.begin(waiter, "await task '" + name + "'");
        if (endsLater(queue, wait)) {
            queue.await(wait);
        } else {
            waiter.checkpoint();
        }
    }

    /** Returns whether the task has not ended; the wait is then in the queue. */
    private boolean endsLater(WaitList queue, Wait wait) {
        queue.enter();
        try {
            boolean later = !ended;
            if (later) {
                queue.add(wait);
            }
            return later;
        } finally {
            queue.leave();
        }
    }

    private WaitList waiters() {
        WaitList known = waiters;
        if (known == null) {
            WAITERS.compareAndSet(this, null, WaitList.create());
            known = waiters;
        }
        return Objects.requireNonNull(known);
    }

    /**
     * Waits until the task has ended, and returns its value. A checkpoint.
     *
     * @throws TaskFailedException with the failure of the task as cause; a {@link TaskCancelledException} when it was
     *     cancelled
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public T join() {
        await();
        return returnValue();
    }

    /**
     * Returns the value of a task that has ended. Not a checkpoint.
     *
     * @throws TaskNotFinishedException while it is pending
     * @throws TaskFailedException as in {@link #join}; a {@link TaskCancelledException} also while it is being
     *     cancelled
     */
    public T returnValue() {
        return switch (status()) {
            case PENDING -> throw new TaskNotFinishedException(name);
            case CANCELLING -> throw new TaskCancelledException(name, null);
            case CANCELLED -> throw new TaskCancelledException(name, failure);
            case FAILED -> throw new TaskFailedException("Task '" + name + "' failed", failure);
            case FINISHED -> Unchecked.cast(value);
        };
    }

    /**
     * Returns the failure of a task that has ended, or empty when it returned. Not a checkpoint.
     *
     * @throws TaskNotFinishedException while it is pending
     * @throws TaskCancelledException when it was cancelled or is being cancelled
     */
    public Optional<Throwable> exception() {
        return switch (status()) {
            case PENDING -> throw new TaskNotFinishedException(name);
            case CANCELLING -> throw new TaskCancelledException(name, null);
            case CANCELLED -> throw new TaskCancelledException(name, failure);
            case FAILED -> Optional.ofNullable(failure);
            case FINISHED -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return "TaskHandle[" + name + ", " + status().name().toLowerCase(java.util.Locale.ROOT) + "]";
    }
}
