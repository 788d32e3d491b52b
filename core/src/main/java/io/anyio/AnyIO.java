package io.anyio;

import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a program enters the library, and the verbs that concern the current task. AnyIO: the functions of the module
 * {@code anyio} on running, time and checkpoints.
 *
 * <pre>{@code
 * AnyIO.run(() -> {
 *     AnyIO.sleep(Duration.ofSeconds(1));
 *     System.out.println("hello from " + AnyIO.currentRun());
 * });
 * }</pre>
 */
public final class AnyIO {
    private AnyIO() {}

    // ---- running ----

    /**
     * Starts the default backend, runs {@code main} as its first task and waits for the end. AnyIO: {@code run}.
     *
     * <p>The default is the one named by the system property {@code anyio.backend}, else {@code netty}; its options
     * come from system properties such as {@code anyio.netty.use_native_transport}. Interrupting the calling thread
     * cancels the task.
     *
     * @throws IllegalStateException when called by a task, or on the thread of an event loop
     * @throws IllegalArgumentException when the backend is not there; the message names what to add
     * @throws RunInterruptedException when the calling thread was interrupted and the run ended by that
     */
    public static <X extends Exception> void run(Block<X> main) throws X {
        run(main, Backends.defaultName());
    }

    /** {@link #run(Block)} for a value. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main) throws X {
        return run(main, Backends.defaultName());
    }

    /** {@link #run(Block)} on a backend by its name, with options from system properties. */
    public static <X extends Exception> void run(Block<X> main, String backend) throws X {
        run(main, backend, Map.of());
    }

    /** {@link #run(Block)} on a backend by its name, for a value. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main, String backend)
            throws X {
        return run(main, backend, Map.of());
    }

    /**
     * {@link #run(Block)} on a backend by its name, with options by their AnyIO-style names, as in
     * {@code Map.of("use_native_transport", true)}. AnyIO: {@code backend_options}.
     */
    public static <X extends Exception> void run(Block<X> main, String backend, Map<String, ?> options) throws X {
        Objects.requireNonNull(main, "main");
        run(main, Backends.options(backend, options));
    }

    /** {@link #run(Block, String, Map)} for a value. */
    public static <T extends @Nullable Object, X extends Exception> T run(
            ValueBlock<T, X> main, String backend, Map<String, ?> options) throws X {
        Objects.requireNonNull(main, "main");
        return run(main, Backends.options(backend, options));
    }

    /** {@link #run(Block)} on the backend that these options belong to, such as {@code NettyOptions}. */
    public static <X extends Exception> void run(Block<X> main, BackendOptions options) throws X {
        Objects.requireNonNull(main, "main");
        Runs.execute(main.getClass(), options, () -> {
            main.run();
            return null;
        });
    }

    /** {@link #run(Block, BackendOptions)} for a value. */
    public static <T extends @Nullable Object, X extends Exception> T run(ValueBlock<T, X> main, BackendOptions options)
            throws X {
        Objects.requireNonNull(main, "main");
        return Runs.execute(main.getClass(), options, main);
    }

    /**
     * The name of the backend that runs the current task; empty outside of a task. AnyIO:
     * {@code current_async_library}.
     */
    public static Optional<String> currentBackend() {
        Task task = Task.currentOrNull();
        return task == null
                ? Optional.empty()
                : Optional.of(task.run().backend().name());
    }

    /**
     * What the current task runs on.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static RunInfo currentRun() {
        return Task.require("ask what it runs on").run().info();
    }

    /**
     * The current task, for logs and diagnosis. AnyIO: {@code get_current_task}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static TaskInfo currentTask() {
        return Task.require("ask which task it is").info();
    }

    /**
     * All tasks of this run that have not ended, on all its loops, parents before their children. Looks at stacks: for
     * diagnosis. Not a checkpoint. AnyIO: {@code get_running_tasks}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static List<TaskInfo> runningTasks() {
        return TaskTree.snapshot(Task.require("ask for the running tasks").run());
    }

    /**
     * Stands for the event loop of the current task, for other threads to refer to. Not a checkpoint. AnyIO:
     * {@code lowlevel.current_token}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static EventLoopToken currentToken() {
        return new EventLoopToken(Task.require("ask for the event loop").loop());
    }

    /** The names of the backends that exist. AnyIO: {@code get_all_backends}. */
    public static List<String> backends() {
        return Backends.names();
    }

    /**
     * The names of the backends that can be used here, first the one that {@link #run(Block)} takes, if it is among
     * them. AnyIO: {@code get_available_backends}.
     */
    public static List<String> availableBackends() {
        return Backends.available();
    }

    // ---- time ----

    /**
     * Lets the current task wait for {@code delay}. A checkpoint, also for no time or less. AnyIO: {@code sleep}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleep(Duration delay) {
        Task task = Task.require("sleep");
        Sleeping.sleep(task, Deadline.nanosOf(delay));
    }

    /**
     * Lets the current task wait until {@code deadline}. A checkpoint, also for the past. AnyIO: {@code sleep_until}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleepUntil(Deadline deadline) {
        Sleeping.sleepUntil(Task.require("sleep"), deadline.nanos());
    }

    /**
     * Lets the current task wait until it is cancelled. AnyIO: {@code sleep_forever}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void sleepForever() {
        Sleeping.sleepUntil(Task.require("sleep"), Long.MAX_VALUE);
    }

    /**
     * The present point in time on the clock of the run. Not a checkpoint. AnyIO: {@code current_time}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static Deadline currentTime() {
        return Deadline.ofNanos(Task.require("ask for the time").run().now());
    }

    /**
     * The nearest deadline of the scopes around the current task, up to the first shield; {@link Deadline#PAST} in a
     * cancelled scope, {@link Deadline#NEVER} when there is none. Not a checkpoint. AnyIO:
     * {@code current_effective_deadline}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static Deadline currentEffectiveDeadline() {
        return CancelTree.effectiveDeadline(Task.require("ask for the deadline").scope());
    }

    // ---- checkpoints ----

    /**
     * Lets other tasks run; throws {@link Cancelled} in a cancelled scope. AnyIO: {@code lowlevel.checkpoint}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpoint() {
        Checkpoints.checkpoint();
    }

    /**
     * Throws {@link Cancelled} in a cancelled scope, after others have run; else does nothing. AnyIO:
     * {@code lowlevel.checkpoint_if_cancelled}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpointIfCancelled() {
        Checkpoints.ifCancelled();
    }

    /**
     * Lets other tasks run, whatever is cancelled. AnyIO: {@code lowlevel.cancel_shielded_checkpoint}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void cancelShieldedCheckpoint() {
        Checkpoints.shielded();
    }

    /**
     * Waits until all other tasks of this run, on all its loops, wait in the library for something that has not
     * happened. A checkpoint. AnyIO: {@code wait_all_tasks_blocked}, for tests.
     *
     * <p>At some moment during this call that was so; timers and other threads may have woken some since. A task that
     * has been woken or cancelled and has not run yet counts as running, and so does one that waits outside of the
     * library, as for a lock of the JDK. Tasks that are in this call themselves are waiting. Does not poll.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void waitAllTasksBlocked() {
        Task.require("wait for all tasks to be blocked").run().quiescence().await();
    }
}
