package io.anyio;

import io.anyio.diagnostics.RunStatistics;
import io.anyio.internal.CurrentContext;
import io.anyio.internal.Run;
import io.anyio.internal.Task;
import io.anyio.internal.TaskLoop;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an event loop of a run. It can be kept and handed to other threads. AnyIO: {@code EventLoopToken}.
 *
 * <p>Two tokens are equal when they refer to the same loop of the same run. May be used by any thread, also after the
 * end of the run; operations that need the run then throw {@link RunFinishedException}.
 */
public final class EventLoopToken {
    private final TaskLoop loop;

    EventLoopToken(TaskLoop loop) {
        this.loop = loop;
    }

    /** Returns the name of the backend, such as {@code netty}. AnyIO: {@code backend_class}. */
    public String backend() {
        return loop.run().backend().name();
    }

    /** Returns the number of the loop in its run, counted from 0. */
    public int loop() {
        return loop.index();
    }

    /** Returns whether the run has ended. The token is then of no further use. */
    public boolean isFinished() {
        return loop.run().isOver();
    }

    /** Returns what the run has done so far, on all its loops. Cheap. After the end of the run: its last numbers. */
    public RunStatistics statistics() {
        return loop.run().statistics();
    }

    /** Returns whether {@code other} refers to a loop of the same run. */
    public boolean isOfRunOf(EventLoopToken other) {
        return loop.run() == other.loop.run();
    }

    /**
     * Returns whether the calling thread runs a task of this run, or is the thread of one of its event loops. Such a
     * thread must not wait for a task of the run except by the calls of the library.
     */
    public boolean isRunningHere() {
        Run run = loop.run();
        Task task = Task.currentOrNull();
        if (task != null) {
            return task.run() == run;
        }
        Thread here = Thread.currentThread();
        return run.loops().stream().anyMatch(each -> each.driver().runsOn(here));
    }

    /**
     * Starts a task on this loop, whichever the options name. May be called from any thread; does not wait. The task
     * belongs to no group of the program: its failure goes to the future only, and it is cancelled and awaited when the
     * first task of the run ends. It starts with the foreign context and the context variables of the calling thread.
     *
     * <p>Cancelling the future cancels the task; when the task ends by a cancellation, the future is cancelled. To wait
     * for the outcome, call {@code FromThread.run}.
     *
     * @throws RunFinishedException when the run has ended
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(body, "body");
        Run run = run("start a task");
        TaskOptions placed = options.withLoop(loop());
        if (placed.context().isEmpty() && CurrentContext.holderOrNull() == null) {
            placed = placed.withContext(TaskContext.create()); // the variables of the first task are not the caller's
        }
        CompletableFuture<T> future =
                TaskGroup.outermost(run).startFutureUnlessEnded(placed, body, (failure, heard) -> {});
        if (future == null) {
            throw finished("start a task");
        }
        return future;
    }

    /** Returns the run for the operation {@code what}; throws when the run has ended. */
    Run run(String what) {
        Run run = loop.run();
        if (run.isOver()) {
            throw finished(what);
        }
        return run;
    }

    private RunFinishedException finished(String what) {
        return new RunFinishedException(
                "Cannot " + what + ": run " + loop.run().id() + " on the backend '" + backend() + "' has ended");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventLoopToken that && loop == that.loop;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(loop);
    }

    @Override
    public String toString() {
        return "EventLoopToken[" + backend() + ", run " + loop.run().id() + ", loop " + loop() + "]";
    }
}
