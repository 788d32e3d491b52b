package io.anyio;

import io.anyio.diagnostics.RunStatistics;
import io.anyio.internal.CancelTree;
import io.anyio.internal.Nanos;
import io.anyio.internal.Quiescence;
import io.anyio.internal.Run;
import io.anyio.internal.RunLauncher;
import io.anyio.internal.Sleep;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The entry point of the library, and the operations on the current task. AnyIO: the functions of the module
 * {@code anyio} for running, time and checkpoints.
 *
 * <pre>{@code
 * AnyIO.run(() -> {
 *     AnyIO.sleep(Duration.ofSeconds(1));
 *     System.out.println("hello from " + AnyIO.currentRun());
 * });
 * }</pre>
 */
public final class AnyIO {
    private static final String PASS = "pass a checkpoint";

    private AnyIO() {}

    // ---- running ----

    /**
     * Runs {@code main} as the first task on the default backend, and waits until it has ended. AnyIO: {@code run}.
     *
     * <p>The system property {@code anyio.backend} names the default backend. Without it, the default is {@code netty}
     * if it is installed, otherwise another installed backend, otherwise {@code jdk}. The options of the backend come
     * from system properties such as {@code anyio.netty.use_native_transport}. Interrupting the calling thread cancels
     * the task.
     *
     * @throws IllegalStateException when called by a task, or on the thread of an event loop
     * @throws IllegalArgumentException when the backend is missing; the message names the dependency to add
     * @throws RunInterruptedException when an interrupt of the calling thread ended the run
     */
    public static <X extends Exception> void run(Block<X> main) throws X {
        run(main, Backends.defaultName());
    }

    /** Like {@link #run(Block)}, and returns the value of {@code main}. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main) throws X {
        return run(main, Backends.defaultName());
    }

    /** Like {@link #run(Block)}, on the backend of the given name. Its options come from system properties. */
    public static <X extends Exception> void run(Block<X> main, String backend) throws X {
        Objects.requireNonNull(main, "main");
        run(main, Backends.options(backend, Map.of()));
    }

    /** Like {@link #run(Block, String)}, and returns the value of {@code main}. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main, String backend)
            throws X {
        Objects.requireNonNull(main, "main");
        return run(main, Backends.options(backend, Map.of()));
    }

    /**
     * Like {@link #run(Block)}, on the backend to which the options belong, such as {@code NettyOptions}.
     * {@link Backends#options} makes options from names. AnyIO: {@code backend_options}.
     */
    public static <X extends Exception> void run(Block<X> main, BackendOptions options) throws X {
        Objects.requireNonNull(main, "main");
        execute(main.getClass(), options, () -> {
            main.run();
            return null;
        });
    }

    /** Like {@link #run(Block, BackendOptions)}, and returns the value of {@code main}. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main, BackendOptions options)
            throws X {
        Objects.requireNonNull(main, "main");
        return execute(main.getClass(), options, main);
    }

    private static <T extends @Nullable Object> T execute(
            Class<?> main, BackendOptions options, ValueBlock<T, ?> code) {
        Objects.requireNonNull(options, "options");
        Task current = Task.currentOrNull();
        if (current != null) {
            throw new IllegalStateException("Task '" + current.name() + "' already runs on the backend '"
                    + current.run().backend().name()
                    + "'; call the code directly, or start it in a TaskGroup, instead of running another loop");
        }
        Backend backend = options.open();
        Run run;
        try {
            Preparation.isDone();
            run = RunLauncher.create(backend);
        } catch (Throwable t) { // the backend must not stay open
            backend.close();
            throw t;
        }
        try {
            var _ = run.prepare(TaskNames.of(main), ContextPropagation.wrap(code));
            RunLauncher.begin(run);
            run.await();
        } finally {
            run.close();
        }
        return Unchecked.cast(outcome(run));
    }

    private static @Nullable Object outcome(Run run) {
        Unchecked.rethrow(run.aborted());
        Throwable failure = run.failure();
        if (failure instanceof Cancelled cancelled && run.rootScope().cause() != null) {
            throw new RunInterruptedException(cancelled);
        }
        Unchecked.rethrow(failure);
        return run.value();
    }

    /**
     * Returns the name of the backend that runs the current task, or empty outside of a task. AnyIO:
     * {@code current_async_library}.
     */
    public static Optional<String> currentBackend() {
        Task task = Task.currentOrNull();
        return task == null
                ? Optional.empty()
                : Optional.of(task.run().backend().name());
    }

    /**
     * Returns the backend, the transport and the carrier of the current task's run.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static RunInfo currentRun() {
        return RunInfo.of(Task.require("ask what it runs on").run());
    }

    /**
     * Returns what the current task's run has done so far: tasks, switches, deadlines, and what the watchdog has found.
     * Cheap; not a checkpoint. {@link EventLoopToken#statistics} does the same on other threads.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static RunStatistics statistics() {
        return Task.require("ask for the statistics of the run").run().statistics();
    }

    /**
     * Returns a description of the current task, for logs and diagnosis. AnyIO: {@code get_current_task}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static TaskInfo currentTask() {
        return TaskInfo.of(Task.require("ask which task it is"));
    }

    /**
     * Returns all tasks of this run that have not ended, on all its loops, parents before their children. Reads the
     * stacks of waiting tasks, so it is meant for diagnosis. Not a checkpoint. AnyIO: {@code get_running_tasks}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static List<TaskInfo> runningTasks() {
        return TaskInfo.ofAll(Task.require("ask for the running tasks").run());
    }

    /**
     * Returns a reference to the event loop of the current task, which can be handed to other threads. Not a
     * checkpoint. AnyIO: {@code lowlevel.current_token}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static EventLoopToken currentToken() {
        return new EventLoopToken(Task.require("ask for the event loop").loop());
    }

    /** Returns the names of all known backends, installed or not. AnyIO: {@code get_all_backends}. */
    public static List<String> backends() {
        return Backends.names();
    }

    /**
     * Returns the names of the installed backends that can run in this JVM. The default backend of {@link #run(Block)}
     * comes first if it is one of them. A backend cannot run if its network library is missing or has another version;
     * {@link Backends#options} then says why. AnyIO: {@code get_available_backends}.
     */
    public static List<String> availableBackends() {
        return Backends.available();
    }

    // ---- time ----

    /**
     * Suspends the current task for {@code delay}. A checkpoint, even if that is not positive. AnyIO: {@code sleep}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleep(Duration delay) {
        Task task = Task.require("sleep");
        Sleep.sleep(task, Nanos.of(delay));
    }

    /**
     * Suspends the current task until {@code deadline}. A checkpoint, even if that has passed. AnyIO:
     * {@code sleep_until}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleepUntil(Deadline deadline) {
        Sleep.sleepUntil(Task.require("sleep"), deadline.nanos());
    }

    /**
     * Suspends the current task until it is cancelled. A checkpoint. AnyIO: {@code sleep_forever}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleepForever() {
        Sleep.forever(Task.require("sleep"));
    }

    /**
     * Returns the current time on the clock of the run. Not a checkpoint. AnyIO: {@code current_time}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static Deadline currentTime() {
        return Deadline.ofNanos(Task.require("ask for the time").run().now());
    }

    /**
     * Returns the nearest deadline of the scopes around the current task, up to the first shield. In a cancelled scope
     * this is {@link Deadline#PAST}; without any deadline it is {@link Deadline#NEVER}. Not a checkpoint. AnyIO:
     * {@code current_effective_deadline}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static Deadline currentEffectiveDeadline() {
        return Deadline.ofNanos(CancelTree.effectiveDeadline(
                Task.require("ask for the deadline").scope()));
    }

    // ---- futures ----

    /**
     * Waits until {@code stage} is complete, and returns its value. A checkpoint, also if it is complete already.
     * Cancelling the wait does not affect the stage. AnyIO: awaiting a native future.
     *
     * <p>The task continues on its own loop, whichever thread completes the stage. The stage need not be a
     * {@link java.util.concurrent.CompletableFuture}; a {@link java.util.concurrent.Future} that is no stage cannot
     * notify a task, so call its {@code get} in {@link Interruptible#call}.
     *
     * <p>A failure is thrown without the {@link java.util.concurrent.CompletionException} or
     * {@link java.util.concurrent.ExecutionException} around it: an unchecked exception or an error unchanged, an
     * {@link java.io.IOException} in an {@link java.io.UncheckedIOException}, another checked exception in a
     * {@link java.util.concurrent.CompletionException}. If the stage was cancelled, that is a
     * {@link java.util.concurrent.CancellationException}, which does not cancel the task.
     *
     * <p>A cancelled wait leaves nothing behind on a {@code CompletableFuture}. Another stage keeps one small object
     * for it, which refers neither to the task nor to its data.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return StageWait.await(Objects.requireNonNull(stage, "stage"));
    }

    /**
     * Like {@link #await}, and if the wait is cancelled, cancels the stage by
     * {@code toCompletableFuture().cancel(true)}. A value that arrives at that moment is lost; if it must be closed,
     * let the stage do it. A stage without that method stays as it is; its exception is added to the {@link Cancelled}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T awaitOrCancel(CompletionStage<T> stage) {
        return StageWait.awaitOrCancel(Objects.requireNonNull(stage, "stage"));
    }

    // ---- checkpoints ----

    /**
     * Lets other tasks run, and throws {@link Cancelled} in a cancelled scope. AnyIO: {@code lowlevel.checkpoint}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpoint() {
        Task.require(PASS).checkpoint();
    }

    /**
     * Lets other tasks run and then throws {@link Cancelled} if the current task is in a cancelled scope; otherwise
     * does nothing. AnyIO: {@code lowlevel.checkpoint_if_cancelled}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpointIfCancelled() {
        Task.require(PASS).checkpointIfCancelled();
    }

    /**
     * Lets other tasks run. Never throws {@link Cancelled}. AnyIO: {@code lowlevel.cancel_shielded_checkpoint}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void cancelShieldedCheckpoint() {
        Task.require(PASS).yieldNow();
    }

    /**
     * Waits until all other tasks of this run, on all its loops, are blocked: each waits in the library for something
     * that has not happened. For tests. A checkpoint. AnyIO: {@code wait_all_tasks_blocked}.
     *
     * <p>All were blocked at some moment during this call; timers and other threads may have woken some of them since.
     * A task that has been woken or cancelled and has not run yet is not blocked, nor is a task that waits outside of
     * the library, such as for a lock of the JDK. Tasks that are in this call themselves count as blocked. Does not
     * poll.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void awaitAllTasksBlocked() {
        Quiescence.await(Task.require("wait for all tasks to be blocked"));
    }
}
