package io.anyio.thread;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.Block;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.RunInterruptedException;
import io.anyio.StartValueBlock;
import io.anyio.TaskContext;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.TaskStatus;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.TaskRef;
import io.anyio.lowlevel.ThreadCall;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads outside of a run start tasks in it and wait for them: the threads of a GUI, of a servlet container, or
 * of a program that uses the library in one place only.
 *
 * <p>A portal is opened by a task, for as long as a block lasts, or has a run of its own on a thread of its own:
 *
 * <pre>{@code
 * try (BlockingPortal portal = BlockingPortal.start()) {          // on any thread
 *     String answer = portal.call(() -> ask("host", 80));         // waits for a task
 *     CompletableFuture<String> later = portal.startSoon(() -> ask("other", 80));
 * }
 * }</pre>
 *
 * <p>The tasks belong to the task group of the portal. They inherit the foreign context of the calling thread, and its
 * context variables if it is a worker thread of {@link ToThread}, otherwise those that the task had which has opened
 * the portal. A failure of a task goes to its caller and does not affect other tasks; an {@link Error} also fails the
 * group of the portal, and so cancels the others.
 *
 * <p>The calls are for threads that do not belong to the run. Called by a task of the run, or by the thread of one of
 * its event loops, they fail at once, because the loop would wait for itself; except {@code startSoon}, which the
 * thread of an event loop may call. All other methods may be called from any thread.
 *
 * <p>AnyIO: {@code BlockingPortal} and {@code start_blocking_portal}.
 */
public final class BlockingPortal implements AutoCloseable {
    private static final AtomicLong STARTED = new AtomicLong();

    private final TaskGroup group;
    private final EventLoopToken loop = AnyIO.currentToken();
    private final TaskContext context = TaskContext.copyCurrent(); // for threads that have no context variables
    private final Event stopped = Event.create();
    private final Runnable awaitEnd; // waits on a thread outside of the run

    private BlockingPortal(TaskGroup group, Runnable awaitEnd) {
        this.group = group;
        this.awaitEnd = awaitEnd;
    }

    // ---- opening ----

    /**
     * Opens a portal in the run of the current task, runs {@code body}, and stops the portal. The block ends when all
     * tasks of the portal have ended. If the body fails, they are cancelled. A checkpoint, as the end of a
     * {@link TaskGroup}. In a simulation, call it from worker threads only: it does not know of other threads, and
     * would find a deadlock while all tasks wait for their calls.
     *
     * @throws io.anyio.ExceptionGroup with the failure of the body
     * @throws io.anyio.ErrorGroup with the failure of the body, or with an error of a task
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static void run(PortalBlock<?> body) {
        Objects.requireNonNull(body, "body");
        var ended = new CompletableFuture<@Nullable Void>();
        try {
            run(body, ended::join);
        } finally {
            ended.complete(null);
        }
    }

    /** Like {@link #run(PortalBlock)}; {@link #close} calls {@code awaitEnd}, which waits until the run is over. */
    static void run(PortalBlock<?> body, Runnable awaitEnd) {
        TaskGroup.run(group -> {
            var portal = new BlockingPortal(group, awaitEnd);
            try {
                body.run(portal);
            } finally {
                portal.stop();
            }
        });
    }

    /** Starts a portal with a run of its own on the default backend. See {@link #start(BackendOptions)}. */
    public static BlockingPortal start() {
        return start(Backends.options(Backends.defaultName(), Map.of()));
    }

    /**
     * Starts a run on a new daemon thread, with a portal that is open until it is stopped. The caller must
     * {@link #close} it. The clock of a simulation stands still until then, because a call may come at any time.
     *
     * @throws RuntimeException the failure of the backend, if it cannot be started
     */
    public static BlockingPortal start(BackendOptions options) {
        return start(options, options.backend() + "-portal-" + STARTED.incrementAndGet());
    }

    /** Like {@link #start(BackendOptions)}, with a name for the thread. */
    public static BlockingPortal start(BackendOptions options, String threadName) {
        return PortalThread.start(options, threadName);
    }

    /**
     * Starts a portal with a run of its own, runs {@code body} in the calling thread, and closes the portal. If the
     * body fails, the tasks of the portal are cancelled.
     *
     * @throws X when the body throws it
     */
    public static <X extends Exception> void using(BackendOptions options, PortalBlock<X> body) throws X {
        Objects.requireNonNull(body, "body");
        BlockingPortal portal = start(options);
        boolean returned = false;
        try {
            body.run(portal);
            returned = true;
        } finally {
            try {
                portal.stop(!returned);
            } finally {
                portal.close();
            }
        }
    }

    // ---- calls from outside ----

    /** Like {@link #call(ValueBlock)}, for code without a value. */
    public <X extends Exception> void call(Block<X> code) throws X {
        call(code, ValueBlock.of(code));
    }

    /**
     * Runs {@code code} as a task, waits until it has ended, and returns its value. If the calling thread is
     * interrupted meanwhile, the task is cancelled.
     *
     * @throws X when the code throws it; every failure of the code is thrown unchanged
     * @throws java.util.concurrent.CancellationException when the task was cancelled
     * @throws RunInterruptedException when an interrupt of the calling thread has ended the task
     * @throws IllegalStateException when the portal was stopped, or when called by a task or an event loop of the run
     */
    public <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> code) throws X {
        Objects.requireNonNull(code, "code");
        return call(code, code);
    }

    private <T extends @Nullable Object> T call(Object source, ValueBlock<T, ?> code) {
        requireOutside();
        TaskOptions options = TaskOptions.DEFAULTS.withNameOf(source);
        return LoopCall.run(code, false, body -> startSoon(options, body));
    }

    /** Starts a task without a value. See {@link #startSoon(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> startSoon(Block<?> code) {
        return startSoon(TaskOptions.DEFAULTS, code);
    }

    /** Starts a task. See {@link #startSoon(TaskOptions, ValueBlock)}. */
    public <T extends @Nullable Object> CompletableFuture<T> startSoon(ValueBlock<T, ?> code) {
        return startSoon(TaskOptions.DEFAULTS, code);
    }

    /** Starts a task without a value, with options. See {@link #startSoon(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> startSoon(TaskOptions options, Block<?> code) {
        return startSoon(options.withNameOf(code), ValueBlock.of(code));
    }

    /**
     * Starts a task and returns its future. Does not wait. Cancelling the future cancels the task, at any time; when
     * the task ends by a cancellation, the future is cancelled.
     *
     * @throws IllegalStateException when the portal was stopped, or when called by a task of the run
     */
    public <T extends @Nullable Object> CompletableFuture<T> startSoon(TaskOptions options, ValueBlock<T, ?> code) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(code, "code");
        if (TaskRef.currentOrNull() != null) {
            requireOutside();
        }
        requireRunning();
        try {
            return group.startFuture(withContext(options.withNameOf(code)), passingOnErrors(code));
        } catch (IllegalStateException refused) {
            requireRunning(); // it was stopped meanwhile
            throw refused;
        }
    }

    /** Starts a task and waits until it is ready. See {@link #startTask(TaskOptions, StartValueBlock)}. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedFuture<T, S> startTask(
            StartValueBlock<T, S> code) {
        return startTask(TaskOptions.DEFAULTS, code);
    }

    /**
     * Starts a task, waits until it reports that it is ready, and returns its future and the value that it reports.
     * AnyIO: {@code start_task}.
     *
     * <p>If the task fails before its report, this method throws the failure unchanged.
     *
     * @throws java.util.concurrent.CancellationException when the task was cancelled before its report
     * @throws RunInterruptedException when an interrupt of the calling thread has cancelled the task before its report
     * @throws IllegalStateException when the task ends without a report, when the portal was stopped, or when called by
     *     a task or an event loop of the run
     */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedFuture<T, S> startTask(
            TaskOptions options, StartValueBlock<T, S> code) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(code, "code");
        requireOutside();
        var ready = new CompletableFuture<S>();
        TaskStatus<S> status = TaskStatus.completing(ready);
        CompletableFuture<T> future = startSoon(options.withNameOf(code), () -> code.call(status));
        return new StartedFuture<>(future, Readiness.await(future, ready, "started()"));
    }

    /**
     * Opens a block whose beginning and end run in one task, and whose middle is that of the calling thread. Waits
     * until the block holds its value. The caller must {@link HeldResource#close} the result. AnyIO:
     * {@code wrap_async_context_manager}.
     *
     * <pre>{@code
     * try (var group = portal.open(holder -> TaskGroup.run(holder::hold))) {
     *     group.value().startSoon(() -> serve());
     * }                                                // waits for the tasks of the group
     * }</pre>
     *
     * <p>If the block fails before it holds a value, this method throws the failure unchanged.
     *
     * @throws IllegalStateException when the block ends without holding a value, when the portal was stopped, or when
     *     called by a task or an event loop of the run
     */
    public <T extends @Nullable Object> HeldResource<T> open(HeldBlock<T> block) {
        Objects.requireNonNull(block, "block");
        requireOutside();
        return HeldResource.open(this, block);
    }

    /** Fails the group of the portal with the errors of a task, in addition to its future. */
    private <T extends @Nullable Object> ValueBlock<T, ?> passingOnErrors(ValueBlock<T, ?> code) {
        return () -> {
            try {
                return code.call();
            } catch (Cancelled c) {
                throw c;
            } catch (Error error) {
                var _ = group.startSoon(() -> {
                    throw error;
                });
                throw error;
            }
        };
    }

    private TaskOptions withContext(TaskOptions options) {
        boolean hasOwn =
                options.context().isPresent() || TaskRef.currentOrNull() != null || ThreadCall.currentOrNull() != null;
        return hasOwn ? options : options.withContext(context);
    }

    void requireOutside() {
        if (loop.isRunningHere()) {
            throw new IllegalStateException(
                    TaskRef.currentOrNull() == null
                            ? "This method of a portal cannot be called on the thread of an event loop of its run, which"
                                    + " would wait for itself; call startSoon() there"
                            : "This method of a portal cannot be called by a task of its run, which would hold the event"
                                    + " loop while it waits; start a task in a TaskGroup instead");
        }
    }

    boolean isRunning() {
        return !stopped.isSet() && !loop.isFinished();
    }

    private void requireRunning() {
        if (!isRunning()) {
            throw new IllegalStateException("This portal is not running: it was stopped, and takes no more calls");
        }
    }

    // ---- the end ----

    /** Waits until {@link #stop} is called. A checkpoint. For the body of {@link #run}. */
    public void sleepUntilStopped() {
        stopped.await();
    }

    /** Refuses calls from now on, and ends {@link #sleepUntilStopped}. Tasks go on. Does not wait. */
    public void stop() {
        stopped.set();
    }

    /** Like {@link #stop()}, and cancels the tasks that have not ended, if {@code cancelRemaining}. */
    public void stop(boolean cancelRemaining) {
        stop();
        if (cancelRemaining) {
            group.cancel("the blocking portal is shutting down");
        }
    }

    /**
     * Stops the portal and waits until its tasks and its block, and its run if it is its own, have ended. Does not wait
     * when called by a task or an event loop of the run, or on a worker thread for which a task of the run waits.
     * Idempotent.
     */
    @Override
    public void close() {
        stop();
        ThreadCall worker = ThreadCall.currentOrNull();
        if (!loop.isRunningHere() && (worker == null || !worker.isOfRunOf(loop))) {
            awaitEnd.run();
        }
    }

    @Override
    public String toString() {
        return "BlockingPortal[" + loop + (stopped.isSet() ? ", stopped" : "") + "]";
    }
}
