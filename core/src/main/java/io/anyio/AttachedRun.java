package io.anyio;

import io.anyio.diagnostics.RunStatistics;
import io.anyio.internal.Run;
import io.anyio.internal.RunLauncher;
import io.anyio.internal.Task;
import io.anyio.spi.Backend;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A run in which any thread may start tasks, on event loops of other code or of a backend. For implementers of
 * runtimes, such as {@code NettyRuntime}.
 *
 * <p>The run ends with {@link #close} or {@link #shutdown}, or when all of its event loops have been shut down.
 *
 * <p>AnyIO: running under the native {@code run()}, and {@code BlockingPortal}.
 */
public final class AttachedRun {
    /*
     * The group takes tasks before its host, the first task, has begun. Every start is therefore made by its caller
     * from beginning to end, with the context of that caller: the context of foreign libraries, context variables,
     * scoped values and inheritable thread-locals. A queue of starts that some other thread empties would mix up the
     * contexts of several callers.
     *
     * The host sleeps in the scope `idle`. A shutdown cancels this scope, so the host waits for the tasks of its group
     * and ends after them; close() cancels the root scope, and so the tasks.
     */

    private static final VarHandle REFUSAL = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "refusal", VarHandle.class, AttachedRun.class, String.class);

    private static final String CLOSED = "This runtime has been closed; open a new one to start more tasks";
    private static final String LOOPS_ENDED =
            "The event loops of this runtime have been shut down; attach a new runtime to"
                    + " running event loops to start more tasks";

    private final Run run;
    private final TaskGroup group;
    private final CancelScope idle;
    private final @Nullable TaskFailureHandler handler;
    private final AtomicInteger endedLoops = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile @Nullable String refusal; // why no task can be started; set once, by any thread, through REFUSAL
    private volatile boolean
            cancelledTasks; // set by any thread: tasks were cancelled, and have not ended by themselves

    private AttachedRun(Backend backend, @Nullable TaskFailureHandler handler) {
        Preparation.isDone();
        this.handler = handler;
        this.idle = CancelScope.create();
        this.run = RunLauncher.create(backend);
        this.group = TaskGroup.hostedBy(
                run.prepare("attached run", ContextPropagation.<@Nullable Void, RuntimeException>wrap(this::main)));
    }

    /** Starts a run on {@code backend} and returns without waiting. The backend is closed when the run ends. */
    public static AttachedRun open(Backend backend) {
        return begin(new AttachedRun(backend, null));
    }

    /** Like {@link #open(Backend)}, with a handler for the failures of tasks whose futures nothing waits for. */
    public static AttachedRun open(Backend backend, TaskFailureHandler handler) {
        return begin(new AttachedRun(backend, Objects.requireNonNull(handler, "handler")));
    }

    private static AttachedRun begin(AttachedRun attached) {
        attached.run.whenOver(attached::over);
        attached.run.onLoopEnd(attached::loopEnded);
        RunLauncher.begin(attached.run);
        return attached;
    }

    private @Nullable Void main() {
        return group.host(_ -> {
            idle.run(AnyIO::sleepForever);
            return null;
        });
    }

    private void over() {
        try {
            run.release();
            run.backend().close();
        } finally {
            ended.complete(null); // in every case: a thread may wait for it
        }
    }

    /** Called on the thread that continues the tasks of the loop. */
    private void loopEnded() {
        if (endedLoops.incrementAndGet() == run.loops().size()) {
            boolean open = refuse(LOOPS_ENDED);
            cancelTasks("the event loops of the runtime were shut down");
            if (open) {
                AttachedLog.loopsEnded();
            }
        }
    }

    /**
     * Starts a task on the loop that the options choose, otherwise on one of the loops in turn. May be called from any
     * thread; does not wait.
     *
     * <p>The task inherits the context of the calling thread, as a task that a {@link TaskGroup} starts does.
     *
     * <p>The future is completed with the task's value or failure. A failure does not affect other tasks. If nothing
     * waits for the future, or if the future was completed before, the failure also goes to the
     * {@link TaskFailureHandler} of this run, or to the log if there is none. Cancelling the future cancels the task;
     * when the task ends by a cancellation, the future is cancelled.
     *
     * @throws RunFinishedException after {@link #close} or {@link #shutdown}, or when all event loops of the run have
     *     been shut down
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(body, "body");
        return start(options, body, body);
    }

    /** Like {@link #start(TaskOptions, ValueBlock)}, for a body without a value. */
    public CompletableFuture<@Nullable Void> start(TaskOptions options, Block<?> body) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(body, "body");
        return this.<@Nullable Void>start(options, body, ValueBlock.of(body));
    }

    /** Like {@link #start(TaskOptions, ValueBlock)}, with the default options. */
    public <T extends @Nullable Object> CompletableFuture<T> start(ValueBlock<T, ?> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    /** Like {@link #start(TaskOptions, Block)}, with the default options. */
    public CompletableFuture<@Nullable Void> start(Block<?> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    private <T extends @Nullable Object> CompletableFuture<T> start(
            TaskOptions options, Object source, ValueBlock<T, ?> body) {
        if (refusal != null || run.isOver()) {
            throw finished();
        }
        String name = options.nameOr(source);
        TaskOptions placed = options.loop().isPresent() ? options : options.withSpread(true);
        CompletableFuture<T> future = group.startFutureUnlessEnded(placed.withNameOf(source), body, new Listener(name));
        if (future == null) {
            throw finished();
        }
        return future;
    }

    private RunFinishedException finished() {
        String refused = refusal;
        return new RunFinishedException(refused == null ? CLOSED : refused);
    }

    /** Refuses new tasks from now on. Returns false if they were refused before. */
    private boolean refuse(String why) {
        return REFUSAL.compareAndSet(this, null, why);
    }

    /** Refuses new tasks and cancels the live ones. May be called from any thread; idempotent; does not wait. */
    public void cancel() {
        var _ = refuse(CLOSED);
        cancelTasks("the runtime was closed");
    }

    private void cancelTasks(String reason) {
        if (run.isOver()) {
            return;
        }
        if (RunShutdown.hasTasks(
                run, group.children())) { // a task that is about to start meanwhile reports its cancellation itself
            cancelledTasks = true;
        }
        run.rootScope().cancel(reason);
    }

    /** Returns whether this run takes new tasks. May be called from any thread; the result may be out of date. */
    public boolean isOpen() {
        return refusal == null && !run.isOver();
    }

    /**
     * Ends the run gracefully: refuses new tasks, waits until the live ones have ended, cancels those that have not
     * ended after {@code grace}, and waits for them for 5 seconds at most. Returns true if all tasks have ended by
     * themselves. Otherwise the names of the tasks that were cancelled, and of those that are still alive, were logged
     * to the {@link System.Logger} {@code io.anyio}, with the places where they wait; 20 tasks for each message.
     *
     * <p>May be called several times, also at the same time and together with {@link #close}. Each call waits for its
     * own period, and the first that is over cancels the tasks. Every call returns false if a call, or the shutdown of
     * the event loops, has cancelled tasks. Tasks that an {@link EventLoopToken} has started are cancelled when the
     * others have ended. An interrupt cancels the tasks immediately; the call waits for their end as above, and the
     * thread has its interrupt status when the call returns.
     *
     * @throws IllegalArgumentException for a negative period; with zero the tasks are cancelled immediately
     * @throws IllegalStateException if called by a task of this run or on the thread of one of its event loops, which
     *     must not wait for the tasks: call {@link #cancel} and use {@link #ended}
     */
    public boolean shutdown(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException(
                    "The grace period must not be negative: " + grace + ". Use zero to cancel the tasks immediately");
        }
        if (!ended.isDone()) {
            RunShutdown.requireForeignThread(run);
        }
        if (refuse(CLOSED)) {
            idle.cancel("the runtime was shut down");
        }
        boolean over = new RunShutdown(run, group.children(), ended)
                .await(grace, () -> cancelTasks("the runtime was shut down, and its grace period is over"));
        return over && !cancelledTasks;
    }

    /** Returns a stage that is completed when every task has ended. */
    public CompletionStage<@Nullable Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Calls {@link #cancel} and waits until every task has ended. Does not wait if called by one of the tasks. */
    public void close() {
        cancel();
        Task current = Task.currentOrNull();
        if (current == null || current.run() != run) {
            ended.join();
        }
    }

    /** Returns the backend, the transport and the carrier of this run. */
    public RunInfo info() {
        return RunInfo.of(run);
    }

    /** Returns what this run has done so far. Cheap. May be called from any thread, also after the end. */
    public RunStatistics statistics() {
        return run.statistics();
    }

    /** Receives the failure or the cancellation of one task. Called by the task, at its end. */
    private final class Listener implements TaskFuture.FailureListener {
        private final String name;

        Listener(String name) {
            this.name = name;
        }

        @Override
        public void failed(Throwable failure, boolean heard) {
            if (heard) {
                return;
            }
            if (handler == null) {
                AttachedLog.failed(name, failure);
                return;
            }
            try {
                handler.handle(name, failure);
            } catch (Throwable ofHandler) { // neither failure may be lost
                AttachedLog.failed(name, failure);
                AttachedLog.handlerFailed(name, ofHandler);
            }
        }

        @Override
        public void cancelled() {
            cancelledTasks = true;
        }
    }
}
