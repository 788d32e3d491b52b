package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One started task, seen from outside. AnyIO: {@code TaskHandle}.
 *
 * <p>A failure still propagates through the task's group, whether or not anybody asks the handle. Any thread may call
 * the methods that do not wait.
 *
 * @param <T> the type of the task's value
 */
public final class TaskHandle<T extends @Nullable Object> extends Task.End {

    private static final VarHandle WAITERS = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "waiters", VarHandle.class, TaskHandle.class, WaitQueue.class);

    /** What a task has come to. */
    public enum Status {
        /** It has not ended. */
        PENDING,
        /** It was cancelled through its handle and has not ended. */
        CANCELLING,
        /** It has returned, cancelled or not. */
        FINISHED,
        /** It has ended by a cancellation. */
        CANCELLED,
        /** It has ended by another failure. */
        FAILED
    }

    private final String name;
    private final CancelScope scope;
    private final TaskGroup group;
    private final @Nullable StartGate<?> gate; // how it was started, if by start()
    private long id; // set before the task starts
    private @Nullable Task task; // set before the task starts, and cleared by it before ended: nothing of it is kept
    private volatile @Nullable WaitQueue waiters; // set once, by the first task that waits
    private @Nullable T value; // written by the task before ended
    private @Nullable Throwable failure; // written by the task before ended
    private volatile boolean ended; // set by the task, as the last thing that it writes here

    TaskHandle(String name, CancelScope scope, TaskGroup group, @Nullable StartGate<?> gate) {
        this.name = name;
        this.scope = scope;
        this.group = group;
        this.gate = gate;
    }

    /** Says whose handle this is, before the task starts. */
    void of(Task started) {
        id = started.id();
        task = started;
    }

    /** The task's code has ended; called by the task. */
    @Override
    void ended(Task task, @Nullable Object result, @Nullable Throwable thrown) {
        group.childEnded(task, this, gate, end(result, thrown));
    }

    /** Keeps how the task has ended, and gives what its own scope lets through. */
    private @Nullable Throwable end(@Nullable Object result, @Nullable Throwable thrown) {
        value = Unchecked.cast(result);
        failure = thrown;
        return scope.end(thrown);
    }

    /** Tells all waiters of the {@link #end}. */
    void announce() {
        task = null;
        ended = true;
        WaitQueue queue = waiters; // whoever makes it later looks at `ended` then
        if (queue != null) {
            queue.wakeAll();
        }
    }

    /** The name given at the start, or one made from the code's class. */
    public String name() {
        return name;
    }

    /**
     * The task as it is now, for logs and diagnosis; ask again for what it is then. May look at its stack. Any thread;
     * not a checkpoint. AnyIO: {@code TaskInfo} of {@code get_running_tasks}.
     */
    public TaskInfo info() {
        Task live = task;
        return live == null || ended
                ? new TaskInfo(id, group.hostId(), name, TaskInfo.State.ENDED, "", "", false)
                : live.info();
    }

    /** What the task has come to. */
    public Status status() {
        if (!ended) {
            return scope.cancelCalled() ? Status.CANCELLING : Status.PENDING;
        }
        if (failure == null) {
            return Status.FINISHED;
        }
        return failure instanceof Cancelled ? Status.CANCELLED : Status.FAILED;
    }

    /**
     * Cancels this task alone. It still runs to its first checkpoint if it has not begun. Neither its group nor its
     * siblings are touched. Nothing happens when it has ended. Not a checkpoint.
     */
    public void cancel() {
        if (!ended) {
            scope.cancel();
        }
    }

    /**
     * Waits for the end of the task, however it ends. A checkpoint; never throws what the task threw.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public void await() {
        Checkpoints.ifCancelled("wait for a task");
        WaitQueue queue = waiters();
        var wait = Suspension.create("await task '" + name + "'");
        if (endsLater(queue, wait)) {
            queue.await(wait);
        } else {
            Checkpoints.checkpoint();
        }
    }

    /** Whether the task has not ended; then the wait stands in the queue. */
    private boolean endsLater(WaitQueue queue, Suspension wait) {
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

    private WaitQueue waiters() {
        WaitQueue known = waiters;
        if (known == null) {
            WAITERS.compareAndSet(this, null, WaitQueue.create());
            known = waiters;
        }
        return Objects.requireNonNull(known);
    }

    /**
     * Waits for the end of the task and gives its value. A checkpoint.
     *
     * @throws TaskFailedException with what it threw as cause; a {@link TaskCancelledException} when it was cancelled
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public T join() {
        await();
        return returnValue();
    }

    /**
     * The value of a task that has ended. Not a checkpoint.
     *
     * @throws TaskNotFinishedException while it is pending
     * @throws TaskFailedException as {@link #join}; a {@link TaskCancelledException} also while it is being cancelled
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
     * What a task that has ended threw, or empty when it returned. Not a checkpoint.
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
