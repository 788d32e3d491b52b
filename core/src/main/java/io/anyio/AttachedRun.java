package io.anyio;

import io.anyio.spi.Backend;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A run on event loops that somebody else owns, into which any thread may start tasks. For backends that can attach,
 * such as {@code NettyRuntime}.
 *
 * <p>AnyIO: running under the native {@code run()}, and {@code BlockingPortal}.
 */
public final class AttachedRun {
    private final Run run;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final Queue<Runnable> early = new ConcurrentLinkedQueue<>(); // starts from before the group was there
    private volatile @Nullable TaskGroup group; // set by the first task
    private volatile boolean closing; // any thread

    private AttachedRun(Backend backend) {
        this.run = new Run(backend);
    }

    /** Starts a run on {@code backend}, which is closed when the run ends. Does not wait. */
    public static AttachedRun open(Backend backend) {
        var attached = new AttachedRun(backend);
        attached.run.whenOver(attached::over);
        attached.run.begin("attached run", attached::main);
        return attached;
    }

    private @Nullable Void main() {
        TaskGroup.run(open -> {
            group = open;
            startEarly();
            AnyIO.sleepForever();
        });
        return null;
    }

    private void over() {
        try {
            run.release();
            run.backend().close();
            startEarly(); // what came too late is told so
        } finally {
            ended.complete(null); // whatever happens: somebody may wait for it
        }
    }

    private void startEarly() {
        for (Runnable start = early.poll(); start != null; start = early.poll()) {
            start.run();
        }
    }

    /**
     * Starts a task on one of the loops, in turn. Any thread; does not wait.
     *
     * <p>The future gets the task's value or failure, which harms no other task. Cancelling the future cancels the
     * task; when the task ends by a cancellation, the future is cancelled.
     *
     * @throws RunFinishedException after {@link #close}
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(String name, ValueBlock<T, ?> body) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(body, "body");
        if (closing) {
            throw finished();
        }
        var future = new TaskFuture<T>();
        ValueBlock<T, ?> carrying = ForeignContext.carrying(body); // here, because another thread may spawn it
        early.add(() -> spawn(name, carrying, future));
        if (group != null) {
            startEarly();
        }
        return future;
    }

    private <T extends @Nullable Object> void spawn(String name, ValueBlock<T, ?> body, TaskFuture<T> future) {
        TaskGroup open = group;
        if (open == null) {
            throw new AssertionError("starts are only taken up once there is a group");
        }
        try {
            future.follow(open.startSoon(TaskOptions.DEFAULTS.withName(name).withSpread(true), () -> {
                try {
                    future.complete(body.call());
                } catch (Cancelled c) {
                    future.taskCancelled();
                    throw c;
                } catch (Throwable t) { // belongs to whoever holds the future, and to nobody else
                    future.completeExceptionally(t);
                }
            }));
        } catch (IllegalStateException groupHasEnded) {
            future.completeExceptionally(finished());
        }
    }

    private static RunFinishedException finished() {
        return new RunFinishedException("This runtime has been closed; attach a new one to start more tasks");
    }

    /** Refuses new tasks and cancels those that live. Any thread; idempotent; does not wait. */
    public void cancel() {
        closing = true;
        run.rootScope().cancel("the runtime was closed");
    }

    /** Completed when every task has ended. */
    public CompletionStage<@Nullable Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** {@link #cancel}, and waits until every task has ended, unless called by one of them. */
    public void close() {
        cancel();
        Task current = Task.currentOrNull();
        if (current == null || current.run() != run) {
            ended.join();
        }
    }

    /** What it runs on. */
    public RunInfo info() {
        return run.info();
    }

    /** A future that can cancel its task. */
    private static final class TaskFuture<T extends @Nullable Object> extends CompletableFuture<T> {
        private volatile @Nullable TaskHandle<?> task; // set once, by the thread that started the task

        void follow(TaskHandle<?> handle) {
            task = handle;
            if (isCancelled()) {
                handle.cancel(); // the holder was quicker
            }
        }

        void taskCancelled() {
            super.cancel(false);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            TaskHandle<?> handle = task;
            if (handle != null && cancelled) {
                handle.cancel();
            }
            return cancelled;
        }
    }
}
