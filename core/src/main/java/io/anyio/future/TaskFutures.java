package io.anyio.future;

import io.anyio.TaskHandle;
import io.anyio.lowlevel.TaskEnds;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tasks as futures, for code that expects a {@link CompletableFuture}. May be called from any thread; nothing here is a
 * checkpoint.
 *
 * <p>AnyIO has no counterpart; the closest is the future of {@code BlockingPortal.start_task_soon}.
 */
public final class TaskFutures {
    private TaskFutures() {}

    /**
     * Returns a future that is completed when the task ends: with its value, with its failure, or, if the task ended by
     * a cancellation, as a cancelled future. A failure also goes to the group of the task, as always.
     *
     * <p>Completing the future in any other way cancels the task, because its outcome is no longer wanted: by
     * {@code cancel}, {@code complete}, {@code orTimeout} and so on. The future is complete at once; the task may still
     * run its clean-up. A future that depends on this one, such as that of {@code thenApply}, does not pass a
     * cancellation on. Each call returns a new future.
     *
     * <p>The task completes the future after it has ended and before it leaves its group. The callbacks of the future
     * that are not <em>async</em> therefore run in the thread of the task, outside of all its scopes; of a task that
     * has ended before, in the thread that adds them. They must not wait; use the async methods of the future for code
     * that does. What they throw affects the stages that depend on them, and nothing else.
     */
    public static <T extends @Nullable Object> CompletableFuture<T> toCompletableFuture(TaskHandle<T> handle) {
        var future = new CompletableFuture<T>();
        var _ = future.whenComplete((_, _) -> handle.cancel()); // no effect when the task has ended
        TaskEnds.whenEnded(handle, () -> complete(future, handle));
        return future;
    }

    private static <T extends @Nullable Object> void complete(CompletableFuture<T> future, TaskHandle<T> handle) {
        TaskHandle.Status status = handle.status();
        while (!future.isDone()) {
            try {
                if (status == TaskHandle.Status.FINISHED) {
                    future.complete(handle.returnValue());
                } else if (status == TaskHandle.Status.CANCELLED) {
                    future.cancel(false);
                } else {
                    future.completeExceptionally(handle.exception().orElseThrow());
                }
            } catch (VirtualMachineError full) { // the heap: other threads wait for the future
                Thread.onSpinWait();
            }
        }
    }
}
