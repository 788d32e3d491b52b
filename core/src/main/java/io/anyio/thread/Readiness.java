package io.anyio.thread;

import io.anyio.RunInterruptedException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The wait of a thread until a task is ready. */
final class Readiness {
    private Readiness() {}

    /**
     * Waits until the task completes {@code ready}, and returns the value. If the task ends before, throws its failure
     * unchanged. An interrupt cancels the task.
     *
     * @param task the outcome of the task
     * @param call what the task must call to be ready, for messages
     */
    static <S extends @Nullable Object> S await(CompletableFuture<?> task, CompletableFuture<S> ready, String call) {
        var _ = task.whenComplete((value, failure) -> ready.completeExceptionally(
                failure != null ? failure : new IllegalStateException("The task has ended without calling " + call)));
        try {
            return Outcome.of(ready).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new RunInterruptedException(
                    "The task was cancelled because the thread that waited for it was interrupted");
            interrupted.initCause(e);
            if (ready.completeExceptionally(interrupted)) {
                task.cancel(true);
            }
            return Outcome.ofUninterruptibly(ready).get();
        }
    }
}
