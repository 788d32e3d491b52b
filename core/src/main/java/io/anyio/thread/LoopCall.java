package io.anyio.thread;

import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.RunInterruptedException;
import io.anyio.ValueBlock;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call of a thread that is not a task to code that runs as a task. The thread waits for the outcome. */
final class LoopCall<T extends @Nullable Object> {
    private final CancelScope scope = CancelScope.create(); // cancelled when the thread is interrupted
    private final ValueBlock<T, ?> code;
    private volatile @Nullable Cancelled cancelled; // set by the task that was cancelled

    private LoopCall(ValueBlock<T, ?> code) {
        this.code = code;
    }

    /**
     * Starts {@code code} as a task by means of {@code starter}, waits until it has ended, and returns its value or
     * throws its failure unchanged. An interrupt cancels the task.
     *
     * @throws Cancelled the cancellation that has ended the task, if {@code inScope}
     * @throws CancellationException when a cancellation has ended the task, unless {@code inScope}
     * @throws RunInterruptedException when an interrupt of the calling thread has ended the task
     */
    static <T extends @Nullable Object> T run(
            ValueBlock<T, ?> code, boolean inScope, Function<ValueBlock<T, ?>, CompletableFuture<T>> starter) {
        var call = new LoopCall<>(code);
        return call.outcome(starter.apply(call::runInTask), inScope);
    }

    @SuppressWarnings("NullAway") // the value is not used if the scope has caught a cancellation
    private T runInTask() throws Exception {
        try {
            return scope.<T, Exception>call(null, code::call);
        } catch (Cancelled c) {
            cancelled = c;
            throw c;
        }
    }

    private T outcome(CompletableFuture<T> future, boolean inScope) {
        InterruptedException interrupt = null;
        try {
            while (true) {
                try {
                    return outcome(Outcome.of(future), inScope, interrupt);
                } catch (InterruptedException e) {
                    interrupt = e;
                    scope.cancel("the thread that waits for this task was interrupted");
                }
            }
        } catch (VirtualMachineError full) { // if it could not wait, the task must not stay
            future.cancel(true);
            throw full;
        } finally {
            if (interrupt != null) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private T outcome(Outcome<T> outcome, boolean inScope, @Nullable InterruptedException interrupt) {
        if (scope.cancelledCaught()) {
            var interrupted = new RunInterruptedException(
                    "The task was cancelled because the thread that waited for it was interrupted");
            interrupted.initCause(interrupt); // a call that is interrupted recognizes it
            throw interrupted;
        }
        Cancelled ended = cancelled;
        if (inScope && ended != null && outcome.failure() instanceof CancellationException) {
            throw ended;
        }
        return outcome.get();
    }
}
