package io.anyio;

import io.anyio.internal.Causes;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import io.anyio.internal.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The wait of one task for a stage of other code, and the callback that the stage calls. */
final class StageWait<T extends @Nullable Object> implements BiConsumer<@Nullable Object, @Nullable Throwable> {
    /*
     * A stage has no method that removes a callback. A CompletableFuture removes the callbacks of anyOf() once their
     * result is known, so the task waits for the first of the stage and a future of its own, which it completes when it
     * leaves. Another stage keeps this object, which then refers to nothing.
     */

    private static final String WHAT = "wait for a future";

    private volatile @Nullable Wait wait; // cleared by the task when it leaves
    private @Nullable Object value; // written before `complete`
    private @Nullable Throwable failure; // written before `complete`
    private volatile boolean complete; // set by the thread that completes the stage

    private StageWait(Wait wait) {
        this.wait = wait;
    }

    /** Waits for the stage. {@link AnyIO#await} describes it. */
    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        Task task = Task.require(WHAT);
        if (stage.getClass() == CompletableFuture.class && ((CompletableFuture<T>) stage).isDone()) {
            task.run().foreignCodeSeen();
            task.fastCheckpoint();
            return outcomeOf((CompletableFuture<T>) stage);
        }
        task.checkpointIfCancelled();
        Wait wait = Wait.begin(task, "AnyIO.await");
        var callback = new StageWait<T>(wait);
        var left = new CompletableFuture<@Nullable Object>();
        if (stage instanceof CompletableFuture<T> future) {
            var _ = CompletableFuture.anyOf(future, left).whenComplete(callback);
        } else {
            stage.whenComplete(callback);
        }
        if (callback.complete) {
            task.run().foreignCodeSeen();
            task.fastCheckpoint();
        } else {
            callback.await(task, wait, left);
        }
        return callback.outcome();
    }

    /** Like {@link #await(CompletionStage)}, and cancels the stage when the wait is cancelled. */
    static <T extends @Nullable Object> T awaitOrCancel(CompletionStage<T> stage) {
        try {
            return await(stage);
        } catch (Cancelled c) {
            try {
                stage.toCompletableFuture().cancel(true);
            } catch (RuntimeException noFuture) { // the stage does not support it
                c.addSuppressed(noFuture);
            }
            throw c;
        }
    }

    private void await(Task task, Wait pending, CompletableFuture<@Nullable Object> left) {
        task.run().foreignWaitBegins();
        try {
            pending.await();
        } catch (Throwable notCompleted) { // a cancellation, or a full stack
            wait = null;
            left.complete(null);
            throw notCompleted;
        } finally {
            task.run().foreignWaitEnds();
        }
    }

    @Override
    public void accept(@Nullable Object result, @Nullable Throwable thrown) {
        Wait waiting = wait;
        if (waiting == null) {
            return;
        }
        value = result;
        failure = thrown;
        complete = true;
        waiting.resume();
    }

    private T outcome() {
        Throwable thrown = failure;
        if (thrown != null) {
            throw unchecked(thrown);
        }
        return Unchecked.cast(value);
    }

    private static <T extends @Nullable Object> T outcomeOf(CompletableFuture<T> done) {
        if (done.state() == Future.State.FAILED) {
            throw unchecked(done.exceptionNow());
        }
        return done.join(); // a value, or a CancellationException
    }

    /**
     * Returns the exception that the waiting task throws for the failure of a stage, or throws it if it is an error.
     */
    private static RuntimeException unchecked(Throwable failure) {
        Throwable inner = failure;
        for (Throwable cause : Causes.of(failure)) {
            inner = cause;
            if (!(cause instanceof CompletionException || cause instanceof ExecutionException)) {
                break;
            }
        }
        return switch (inner) {
            case Cancelled ofOtherTask -> cancellation(ofOtherTask); // must not look like a cancellation of this task
            case Error error -> throw error;
            case RuntimeException unchecked -> unchecked;
            case IOException io -> new UncheckedIOException(io);
            default -> new CompletionException(inner);
        };
    }

    private static CancellationException cancellation(Cancelled ofOtherTask) {
        var cancellation = new CancellationException("The code that should have completed this future was cancelled");
        cancellation.initCause(ofOtherTask);
        return cancellation;
    }
}
