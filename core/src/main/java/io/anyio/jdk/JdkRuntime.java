package io.anyio.jdk;

import io.anyio.AttachedRun;
import io.anyio.Block;
import io.anyio.RunInfo;
import io.anyio.TaskFailureHandler;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.diagnostics.RunStatistics;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run for programs whose threads are not tasks. Any thread may start tasks in it. AnyIO: running under the native
 * {@code run()} of the backend library, and {@code BlockingPortal}.
 *
 * <pre>{@code
 * try (var runtime = JdkRuntime.open()) {
 *     CompletableFuture<Page> page = runtime.start(() -> fetch("a"));    // any thread
 *     show(page.join());
 * }                                                                      // the tasks have ended
 * }</pre>
 *
 * <p>Its event loops are threads of the library, which end with it. No method waits, except {@link #close} and
 * {@link #shutdown}. May be called from any thread.
 */
public final class JdkRuntime implements AutoCloseable {
    private final AttachedRun run;
    private final CompletableFuture<@Nullable Void> ended;

    private JdkRuntime(AttachedRun run, CompletableFuture<@Nullable Void> ended) {
        this.run = run;
        this.ended = ended;
    }

    /** Opens a runtime with the default options. */
    public static JdkRuntime open() {
        return open(JdkOptions.DEFAULTS);
    }

    /**
     * Opens a runtime, whose event loops begin to run.
     *
     * @throws java.io.UncheckedIOException when the system has no file descriptors left for them
     * @throws IllegalStateException when the carrier that the options name is not available
     */
    public static JdkRuntime open(JdkOptions options) {
        return openWith(options, AttachedRun::open);
    }

    /**
     * Opens a runtime with a handler for the failures of tasks whose futures nothing waits for, in place of the log.
     *
     * @throws java.io.UncheckedIOException when the system has no file descriptors left for the event loops
     * @throws IllegalStateException when the carrier that the options name is not available
     */
    public static JdkRuntime open(JdkOptions options, TaskFailureHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return openWith(options, backend -> AttachedRun.open(backend, handler));
    }

    private static JdkRuntime openWith(JdkOptions options, Function<JdkBackend, AttachedRun> opening) {
        var ended = new CompletableFuture<@Nullable Void>();
        JdkBackend backend = JdkBackend.attached(options, ended);
        try {
            return new JdkRuntime(opening.apply(backend), ended);
        } catch (Throwable notOpened) { // such as a carrier that is not available
            backend.close();
            throw notOpened;
        }
    }

    /**
     * Starts a task on one of the loops, in turn. The task inherits from the calling thread its foreign context
     * ({@link io.anyio.ContextPropagation}), its inheritable thread-locals, on the loop carrier its scoped values, and,
     * if that thread is a task, its context variables.
     *
     * <p>A failure completes the future exceptionally and does not affect other tasks. If nothing waits for the future
     * at that moment, or the future is already completed, the failure also goes to the {@link TaskFailureHandler} of
     * this runtime, or, without one, to the {@link System.Logger} {@code io.anyio}, with the task's name. Cancelling
     * the future cancels the task.
     *
     * @throws io.anyio.RunFinishedException if this runtime was closed or shut down
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(ValueBlock<T, ?> body) {
        return run.start(body);
    }

    /** Starts a task without a value. See {@link #start(ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(Block<?> body) {
        return run.start(body);
    }

    /**
     * Starts a task with options, such as {@code TaskOptions.named("reader")}. If they choose a loop, the task runs on
     * that loop. See {@link #start(ValueBlock)}.
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        return run.start(options, body);
    }

    /** Starts a task without a value, with options. See {@link #start(TaskOptions, ValueBlock)}. */
    public CompletableFuture<@Nullable Void> start(TaskOptions options, Block<?> body) {
        return run.start(options, body);
    }

    /** Returns a description of the event loops and the carrier of the tasks. */
    public RunInfo info() {
        return run.info();
    }

    /** Returns what this runtime has done so far: tasks, switches, deadlines. Cheap. Its own first task is included. */
    public RunStatistics statistics() {
        return run.statistics();
    }

    /** Returns a stage that completes when this was closed, and every task and the event loops have ended. */
    public CompletionStage<@Nullable Void> ended() {
        return ended.minimalCompletionStage();
    }

    /**
     * Refuses new tasks, cancels the live ones, and waits until they and the event loops have ended. In a task of this
     * runtime it does not wait: see {@link #ended}. Idempotent.
     */
    @Override
    public void close() {
        run.close();
        if (run.ended().toCompletableFuture().isDone()) { // otherwise called by one of the tasks
            ended.join();
        }
    }

    /**
     * Ends this runtime gracefully: refuses new tasks, waits until the live ones have ended, cancels those that have
     * not ended after {@code grace}, and waits for them for 5 seconds at most. Returns true if all tasks have ended by
     * themselves. Then the event loops have ended too. Otherwise the tasks that were cancelled, and those that are
     * still alive, were logged. See {@link AttachedRun#shutdown}, also for interrupts and several calls.
     *
     * @throws IllegalArgumentException for a negative period; with zero the tasks are cancelled immediately
     * @throws IllegalStateException if called by a task of this runtime or on the thread of one of its event loops:
     *     call {@link #close} and use {@link #ended}
     */
    public boolean shutdown(Duration grace) {
        boolean clean = run.shutdown(grace);
        if (run.ended().toCompletableFuture().isDone()) { // otherwise tasks are alive
            ended.join();
        }
        return clean;
    }

    @Override
    public String toString() {
        return "JdkRuntime[" + info() + "]";
    }
}
