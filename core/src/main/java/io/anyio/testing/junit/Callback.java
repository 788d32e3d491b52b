package io.anyio.testing.junit;

import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextPropagation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One callback of JUnit, such as a test method: submitted by a thread of JUnit, executed by a task. */
final class Callback<T extends @Nullable Object> {
    private static final long SECONDS_TO_END = 5;

    /** The code of a callback, which may throw anything. */
    interface Code<T extends @Nullable Object> {
        T call() throws Throwable;

        /** Returns how long JUnit's thread waits for the end of the call; without limit if null. */
        default @Nullable TimeLimit limit() {
            return null;
        }
    }

    /**
     * A limit in real time.
     *
     * @param method what it limits, for messages
     * @param duration the limit
     */
    record TimeLimit(String method, Duration duration) {}

    /**
     * The value of a callback.
     *
     * @param value the value
     */
    private record Value<T extends @Nullable Object>(T value) {}

    private final Code<T> code;
    private final boolean cleanUp;
    private final @Nullable TimeLimit limit;
    private final CancelScope scope = CancelScope.create();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean begun; // set by the task
    private volatile @Nullable Thread thread; // set while the code is executed
    private @Nullable Value<T> outcome; // written before ended
    private @Nullable Throwable failure; // written before ended

    private Callback(Code<T> code, boolean cleanUp, @Nullable TimeLimit limit) {
        this.code = code;
        this.cleanUp = cleanUp;
        this.limit = limit;
    }

    /** Creates a callback, whose code will have the context of foreign libraries of the calling thread. */
    static <T extends @Nullable Object> Callback<T> of(Code<T> code, boolean cleanUp) {
        List<Value<T>> value = new ArrayList<>(1);
        Throwable[] failure = new Throwable[1];
        var wrapped = ContextPropagation.<@Nullable Void, RuntimeException>wrap(() -> {
            try {
                value.add(new Value<>(code.call()));
            } catch (Throwable thrown) { // a test may throw anything
                failure[0] = thrown;
            }
            return null;
        });
        return new Callback<>(
                () -> {
                    wrapped.call();
                    if (failure[0] != null) {
                        throw failure[0];
                    }
                    return value.getFirst().value;
                },
                cleanUp,
                code.limit());
    }

    /** Returns whether it cleans up, and so is executed even after a failure. */
    boolean isCleanUp() {
        return cleanUp;
    }

    /** Returns whether {@link #execute} was called. */
    boolean hasBegun() {
        return begun;
    }

    /** Executes the code, and throws only a {@link Cancelled} of a scope around it. */
    void execute() {
        begun = true;
        thread = Thread.currentThread();
        try {
            scope.run(() -> {
                try {
                    outcome = new Value<>(code.call());
                } catch (Cancelled c) {
                    throw c;
                } catch (Throwable thrown) { // a test may throw anything
                    failure = thrown;
                }
            });
        } finally {
            thread = null;
        }
        if (outcome == null && failure == null) {
            failure = new InterruptedException("The test was interrupted");
        }
    }

    /** Reports what {@link #execute} has done to the waiting thread. */
    void report() {
        ended.countDown();
    }

    /** Reports a failure to the waiting thread, because {@link #execute} was not called or has not completed. */
    void fail(Throwable cause) {
        failure = cause;
        ended.countDown();
    }

    /** Reports to the waiting thread that the task has ended before {@link #execute} was called. */
    void skip() {
        ended.countDown();
    }

    /**
     * Waits for the outcome. If the thread is interrupted, as by {@code @Timeout}, or if the limit is over, cancels the
     * callback, interrupts its thread if it waits outside of the library, and throws an exception that shows the tasks
     * at that time.
     */
    T await(TestRun run) throws Throwable {
        awaitEnd(run);
        return Objects.requireNonNull(outcome).value;
    }

    /** Like {@link #await}, but returns whether the code was executed: false after {@link #skip}. */
    boolean awaitUnlessSkipped(TestRun run) throws Throwable {
        awaitEnd(run);
        return outcome != null;
    }

    private void awaitEnd(TestRun run) throws Throwable {
        try {
            if (limit == null) {
                ended.await();
            } else if (!ended.await(limit.duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw cutShort(new TimeoutException(limit.method + " has not ended within " + limit.duration.toMillis()
                        + " ms, the limit of its @Timeout. The tasks were:\n" + run.tasks()));
            }
        } catch (InterruptedException now) {
            var interrupted = new InterruptedException(
                    "The test was interrupted, for example by @Timeout. Its tasks were:\n" + run.tasks());
            interrupted.setStackTrace(now.getStackTrace());
            throw cutShort(interrupted);
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
    }

    /** Cancels the callback, and adds to {@code why} what it throws. */
    private Exception cutShort(Exception why) {
        if (cancel() && failure != null && !(failure instanceof InterruptedException)) {
            why.addSuppressed(failure);
        }
        return why;
    }

    /** Cancels the callback. Returns whether it has ended, or false if nothing ends it. */
    private boolean cancel() {
        scope.cancel("JUnit interrupted the test, or its @Timeout is over");
        try {
            if (ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
                return true;
            }
            Thread blocked = thread;
            if (blocked != null) {
                blocked.interrupt();
            }
            return ended.await(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
