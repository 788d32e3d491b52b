package io.anyio.testing.junit;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.FailureGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The task that executes the callbacks of one test, or the lifecycle methods of one test class, in a task group of its
 * own. The task of a test is in the group of its class.
 */
final class CallbackTask {
    private static final long SECONDS_TO_END = 30;

    private final TestRun run;
    private final @Nullable CallbackTask parent;
    private final String name;
    private final CallbackQueue queue;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final LeakCheck leaks = new LeakCheck();
    private final TestResources resources = new TestResources();
    private final AtomicBoolean ending = new AtomicBoolean(); // end() has been submitted and is not done
    private volatile @Nullable TaskGroup group; // set by the task
    private volatile @Nullable Throwable dead; // why it executes no more callbacks; set by any thread
    private volatile @Nullable Throwable groupFailure; // why the group has ended early; set by the task
    private volatile @Nullable Throwable late; // not reported by a callback; set by the task or in died()
    private volatile boolean failed; // set by JUnit's thread
    private boolean served; // task only: there will be no further callback

    private CallbackTask(TestRun run, @Nullable CallbackTask parent, String name) {
        this.run = run;
        this.parent = parent;
        this.name = name;
        this.queue = new CallbackQueue(run);
    }

    /** Starts the outermost task of a run. */
    static CallbackTask startIn(TestRun run, String name) {
        var task = new CallbackTask(run, null, name);
        try {
            task.start(run.group());
        } catch (Throwable notStarted) {
            var _ = run.end();
            throw notStarted;
        }
        return task;
    }

    /** Starts a task in the group of this one. Throws if that group has failed. */
    CallbackTask startInside(String childName) {
        Throwable cause = dead;
        if (cause == null) {
            var task = new CallbackTask(run, this, childName);
            try {
                task.start(group());
                return task;
            } catch (IllegalStateException groupHasEnded) {
                cause = Objects.requireNonNullElse(groupFailure, groupHasEnded);
                cause = Objects.requireNonNullElse(run.failure(), cause); // died() may not have been called yet
            }
        }
        throw new IllegalStateException(
                "The task group of " + name + " has ended early, so that its tests cannot run; see the cause", cause);
    }

    private void start(TaskGroup around) {
        run.add(this);
        try {
            Throwable over = run.failure(); // read after add(): the run tells whatever task it finds
            if (over != null) {
                throw new IllegalStateException("The run of the tests has ended early; see the cause", over);
            }
            around.startSoon(TaskOptions.named(name), this::body);
        } catch (Throwable notStarted) {
            run.remove(this);
            throw notStarted;
        }
    }

    // ---- for JUnit's threads ----

    TestRun run() {
        return run;
    }

    TestResources resources() {
        return resources;
    }

    LeakCheck leaks() {
        return leaks;
    }

    /** Records that a lifecycle method of the class has failed, which JUnit does not tell. */
    void setFailed() {
        failed = true;
    }

    boolean hasFailed() {
        return failed;
    }

    boolean isOutermost() {
        return parent == null;
    }

    /** Returns the task group around the callbacks. */
    TaskGroup group() {
        TaskGroup known = group;
        if (known != null) {
            return known;
        }
        try {
            return call(() -> Objects.requireNonNull(group));
        } catch (Throwable ended) { // before its first callback
            throw new IllegalStateException("The task of " + name + " has no task group; see the cause", ended);
        }
    }

    /**
     * Executes a callback in the task and returns its value or throws what it throws. If the task group has failed,
     * throws that failure instead.
     */
    <T extends @Nullable Object> T call(Callback.Code<T> code) throws Throwable {
        var callback = Callback.of(code, false);
        queue.add(callback);
        Throwable cause = dead; // read after add(): died() fails whatever callback it finds
        if (cause != null) {
            queue.fail(
                    callback,
                    new IllegalStateException("The task of " + name + " has ended early; see the cause", cause));
        }
        return callback.await(run);
    }

    /**
     * Like {@link #call}, for a callback that cleans up: it is executed even if the task group has failed. Returns
     * false if the task has ended before.
     */
    boolean callCleanUp(Callback.Code<@Nullable Void> code) throws Throwable {
        var callback = Callback.of(code, true);
        queue.add(callback);
        if (dead != null) { // as in call()
            queue.skip(callback);
        }
        return callback.awaitUnlessSkipped(run);
    }

    /** Returns the innermost of this task and those around it that can execute a callback, or null. */
    @Nullable
    CallbackTask alive() {
        CallbackTask task = this;
        while (task != null && task.dead != null) {
            task = task.parent;
        }
        return task;
    }

    boolean isInside(CallbackTask other) {
        for (CallbackTask task = parent; task != null; task = task.parent) {
            if (task == other) {
                return true;
            }
        }
        return false;
    }

    /** Ends the task after the last callback. Returns a failure that no callback has reported, or null. */
    @Nullable
    Throwable end() {
        run.submit(() -> {
            ending.set(true);
            queue.close();
        });
        if (dead != null) {
            pay();
        }
        Throwable closing = run.failure() == null ? awaitEnd() : null;
        run.remove(this);
        Throwable failure = TestFailures.joinedOrNull(run.reportOnce(late), closing);
        failure = TestFailures.joinedOrNull(failure, resources.deleteFolder());
        return failure == null ? leaks.failure() : failure;
    }

    /** Records once that the callback which {@link #end} has submitted is done. */
    private void pay() {
        if (ending.compareAndSet(true, false)) {
            run.done();
        }
    }

    private @Nullable Throwable awaitEnd() {
        try {
            ended.get(SECONDS_TO_END, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException closing) {
            return closing.getCause();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted;
        } catch (TimeoutException stuck) {
            dead = stuck;
            return new AssertionError("The tasks of " + name + " have not ended within " + SECONDS_TO_END
                    + " s after they were cancelled:\n" + run.tasks());
        }
    }

    /** Records that these tasks have been cancelled from outside, and tells the threads that wait. Any thread. */
    static void died(List<CallbackTask> tasks, Throwable cause) {
        tasks.forEach(task -> task.dead = cause); // all, before a thread that is told chooses another one of them
        tasks.forEach(task -> task.died(cause));
    }

    private void died(Throwable cause) {
        if (!failed(cause, CallbackTask::isCutShort)) {
            late = cause;
        }
        queue.skipCleanUps(); // another task executes them
        pay();
    }

    /** Reports a failure to the threads that wait for certain callbacks. Returns false if there are none. */
    private boolean failed(Throwable cause, Predicate<Callback<?>> which) {
        boolean reported = queue.failAll(cause, which);
        if (reported) {
            var _ = run.reportOnce(cause);
        }
        return reported;
    }

    // ---- in the task ----

    private void body() {
        try {
            leaks.record(() -> {
                try {
                    host();
                    queue.serve(this::executeAfterGroup);
                } finally {
                    CancelScope.shielded(() -> closeResources());
                }
            });
        } catch (Cancelled c) {
            if (AnyIO.currentTask().hasPendingCancellation()) {
                throw c; // the code that has cancelled the tasks around reports why
            }
            dead = c;
            groupEnded(cutShort(c));
            queue.skipCleanUps();
        }
    }

    private void closeResources() {
        Throwable failure = resources.closeAll();
        leaks.settle();
        pay();
        if (failure == null) {
            ended.complete(null);
        } else {
            ended.completeExceptionally(failure);
        }
    }

    private void host() {
        Throwable failure = null;
        try {
            TaskGroup.run(own -> {
                group = own;
                queue.serve(this::execute);
                served = true;
                own.cancel();
            });
        } catch (Cancelled c) {
            throw c;
        } catch (Throwable thrown) { // of a background task
            failure = thrown instanceof FailureGroup several
                            && several.exceptions().size() == 1
                    ? several.exceptions().getFirst()
                    : thrown;
        }
        if (failure != null) {
            groupEnded(failure);
        } else if (!served) {
            cancelledItself();
        }
    }

    private void execute(Callback<?> callback) {
        if (callback.isCleanUp()) {
            try {
                AnyIO.checkpointIfCancelled();
            } catch (Cancelled c) { // its first checkpoint would end it
                queue.putBack(callback);
                throw c;
            }
        }
        callback.execute();
        queue.finish(callback);
    }

    /** If the group has failed, only what cleans up is executed. */
    private void executeAfterGroup(Callback<?> callback) {
        Throwable failure = groupFailure;
        if (failure == null || callback.isCleanUp()) {
            execute(callback);
        } else {
            late = null; // reported here
            queue.fail(callback, failure);
        }
    }

    private void groupEnded(Throwable failure) {
        groupFailure = failure;
        boolean reported = failed(failure, CallbackTask::isCutShort); // first: a thread that is told may submit more
        if (!run.diedInside(this, failure) && !reported) {
            late = failure;
        }
    }

    /** Called when the group has ended because a callback or a task inside has cancelled it. */
    private void cancelledItself() {
        AssertionError why = cutShort(null);
        var _ = failed(why, CallbackTask::isCutShort);
        var _ = run.diedInside(this, why);
    }

    /** Returns whether a callback cannot be executed after the group has ended. */
    private static boolean isCutShort(Callback<?> callback) {
        return callback.hasBegun() || !callback.isCleanUp();
    }

    private AssertionError cutShort(@Nullable Cancelled cancelled) {
        return new AssertionError(
                "A method of " + name
                        + " ended with Cancelled: it has cancelled the TaskGroup that it was given, or thrown"
                        + " a Cancelled of a scope that it had left. Cancel a TaskGroup or CancelScope opened in the"
                        + " method instead",
                cancelled);
    }
}
