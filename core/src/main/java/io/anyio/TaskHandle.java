package io.anyio;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One started task, seen from outside. AnyIO: {@code TaskHandle}.
 *
 * <p>A failure still propagates through the task's group, whether or not anybody asks the handle. Any thread may call the
 * methods that do not wait.
 *
 * @param <T> the type of the task's value
 */
public final class TaskHandle<T extends @Nullable Object> {

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
    private final WaitQueue waiters = WaitQueue.create();
    private @Nullable T value; // written by the task before ended
    private @Nullable Throwable failure; // written by the task before ended
    private volatile boolean ended;

    TaskHandle(String name, CancelScope scope) {
        this.name = name;
        this.scope = scope;
    }

    /** The task has ended with its code; gives what its own scope lets through. */
    @Nullable Throwable end(@Nullable Object result, @Nullable Throwable thrown) {
        value = Unchecked.cast(result);
        failure = thrown;
        Throwable outward = scope.end(thrown);
        ended = true;
        waiters.wakeAll();
        return outward;
    }

    /** The name given at the start, or one made from the code's class. */
    public String name() {
        return name;
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
     * Cancels this task alone. It still runs to its first checkpoint if it has not begun. Neither its group nor its siblings
     * are touched. Nothing happens when it has ended. Not a checkpoint.
     */
    public void cancel() {
        if (!ended) {
            scope.cancel();
        }
    }

    /** Waits for the end of the task, however it ends. A checkpoint; never throws what the task threw. */
    public void await() {
        Checkpoints.check("wait for a task");
        var wait = Suspension.create("await task '" + name + "'");
        waiters.enter();
        if (ended) {
            waiters.leave();
            Checkpoints.checkpoint();
            return;
        }
        waiters.add(wait);
        waiters.leave();
        waiters.await(wait);
    }

    /**
     * Waits for the end of the task and gives its value. A checkpoint.
     *
     * @throws TaskFailedException with what it threw as cause; a {@link TaskCancelledException} when it was cancelled
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
