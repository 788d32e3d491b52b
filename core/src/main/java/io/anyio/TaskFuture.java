package io.anyio;

import io.anyio.internal.CancelTree;
import io.anyio.internal.Task;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The outcome of a task that does not affect its group. Cancelling it cancels the task. */
final class TaskFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final FailureListener listener;
    private volatile @Nullable TaskHandle<?> task; // set once, by the thread that starts the task

    /** Receives the failures of tasks. */
    interface FailureListener {

        /**
         * Receives the failure of a task, which is not a cancellation.
         *
         * @param heard whether other code waits for the future, which was not completed before
         */
        void failed(Throwable failure, boolean heard);

        /** Called before the future is cancelled because the task ends by a cancellation that others have requested. */
        default void cancelled() {}
    }

    TaskFuture(FailureListener listener) {
        this.listener = listener;
    }

    /** Sets the task, before it starts. */
    void of(TaskHandle<?> handle) {
        task = handle;
    }

    /** Runs the code of the task, and completes this future with its value or failure. */
    void run(ValueBlock<T, ?> body) throws Exception {
        try {
            complete(body.call());
        } catch (Throwable failure) { // the holder of the future gets it
            fail(failure, failure instanceof Cancelled && isCurrentTaskCancelled());
            throw failure;
        }
    }

    /** Returns whether a {@link Cancelled} is of the current task, and not passed on from another one. */
    private static boolean isCurrentTaskCancelled() {
        Task current = Task.currentOrNull();
        return current != null && CancelTree.isCancelled(current.scope());
    }

    private void fail(Throwable failure, boolean byCancellation) {
        if (byCancellation) {
            if (!isDone()) {
                listener.cancelled();
            }
            super.cancel(false);
            return;
        }
        boolean awaited = getNumberOfDependents() > 0;
        boolean taken = completeExceptionally(failure); // false: it was cancelled, or completed by other code
        listener.failed(failure, awaited && taken);
    }

    /** Called when the task has ended. Its code may never have run, or may have failed to complete this future. */
    void ended(@Nullable Throwable failure) {
        while (!isDone()) {
            try {
                fail(
                        failure == null ? new IllegalStateException("The task has ended without an outcome") : failure,
                        failure instanceof Cancelled);
            } catch (VirtualMachineError full) { // the heap, or the stack: other threads wait for this future
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        TaskHandle<?> handle = task;
        if (handle != null && cancelled) {
            handle.cancel();
        }
        return cancelled;
    }
}
