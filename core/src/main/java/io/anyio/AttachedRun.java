package io.anyio;

import io.anyio.diagnostics.RunStatistics;
import io.anyio.internal.Run;
import io.anyio.internal.RunLauncher;
import io.anyio.internal.Task;
import io.anyio.spi.Backend;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A run in which any thread may start tasks, on event loops of other code or of a backend. For implementers of
 * runtimes, such as {@code NettyRuntime}.
 *
 * <p>The run ends with {@link #close}, or when all of its event loops have been shut down.
 *
 * <p>AnyIO: running under the native {@code run()}, and {@code BlockingPortal}.
 */
public final class AttachedRun {
    /*
     * The group takes tasks before its host, the first task, has begun. Every start is therefore made by its caller
     * from beginning to end, with the context of that caller: the context of foreign libraries, context variables,
     * scoped values and inheritable thread-locals. A queue of starts that some other thread empties would mix up the
     * contexts of several callers.
     */

    private static final VarHandle REFUSAL = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "refusal", VarHandle.class, AttachedRun.class, String.class);

    private static final String CLOSED = "This runtime has been closed; open a new one to start more tasks";
    private static final String LOOPS_ENDED =
            "The event loops of this runtime have been shut down; attach a new runtime to"
                    + " running event loops to start more tasks";

    private final Run run;
    private final TaskGroup group;
    private final AtomicInteger endedLoops = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private volatile @Nullable String refusal; // why no task can be started; set once, by any thread, through REFUSAL

    private AttachedRun(Backend backend) {
        Preparation.isDone();
        this.run = RunLauncher.create(backend);
        this.group = TaskGroup.hostedBy(
                run.prepare("attached run", ContextPropagation.<@Nullable Void, RuntimeException>wrap(this::main)));
    }

    /** Starts a run on {@code backend} and returns without waiting. The backend is closed when the run ends. */
    public static AttachedRun open(Backend backend) {
        var attached = new AttachedRun(backend);
        attached.run.whenOver(attached::over);
        attached.run.onLoopEnd(attached::loopEnded);
        RunLauncher.begin(attached.run);
        return attached;
    }

    private @Nullable Void main() {
        return group.host(_ -> {
            AnyIO.sleepForever();
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
        if (endedLoops.incrementAndGet() == run.loops().size() && refuse(LOOPS_ENDED)) {
            run.rootScope().cancel("the event loops of the runtime were shut down");
            AttachedLog.loopsEnded();
        }
    }

    /**
     * Starts a task on the loop that the options choose, otherwise on one of the loops in turn. May be called from any
     * thread; does not wait.
     *
     * <p>The task inherits the context of the calling thread, as a task that a {@link TaskGroup} starts does.
     *
     * <p>The future is completed with the task's value or failure. A failure does not affect other tasks. It is logged
     * if nothing waits for the future, or if the future was completed before. Cancelling the future cancels the task;
     * when the task ends by a cancellation, the future is cancelled.
     *
     * @throws RunFinishedException after {@link #close}, or when all event loops of the run have been shut down
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
        return this.<@Nullable Void>start(options, body, () -> {
            body.run();
            return null;
        });
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
        CompletableFuture<T> future = group.startFutureUnlessEnded(
                placed.withName(name), body, (failure, heard) -> logUnlessHeard(name, failure, heard));
        if (future == null) {
            throw finished();
        }
        return future;
    }

    private static void logUnlessHeard(String name, Throwable failure, boolean heard) {
        if (!heard) {
            AttachedLog.failed(name, failure);
        }
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
        if (refuse(CLOSED)) {
            run.rootScope().cancel("the runtime was closed");
        }
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
}
