package io.anyio;

import io.anyio.internal.CancelTree;
import io.anyio.internal.ChildGroup;
import io.anyio.internal.ContextHolder;
import io.anyio.internal.CurrentContext;
import io.anyio.internal.GroupAccess;
import io.anyio.internal.Run;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.Task;
import io.anyio.internal.TaskLoop;
import io.anyio.internal.Unchecked;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A block that does not end before all tasks started in it have ended. AnyIO: {@code create_task_group()}.
 *
 * <pre>{@code
 * TaskGroup.run(group -> {
 *     group.startSoon(() -> fetch("a"));
 *     group.startSoon(() -> fetch("b"));
 * });                                        // both have ended
 * }</pre>
 *
 * <p>When the body or a task fails, the group's scope is cancelled, the remaining tasks are awaited, and the block
 * throws a {@link FailureGroup} with all failures in order. It throws a group even if there is only one failure.
 * Cancellations are not members. If there was only a cancellation, the block throws {@link Cancelled} unchanged, or the
 * group's scope catches it if that scope was the one cancelled.
 *
 * <p>Leaving a group always lets other tasks run once. With live tasks it is a checkpoint; without any it never throws.
 *
 * <h2>Threads</h2>
 *
 * Any thread may start tasks and cancel until the block is left. The <em>host</em> of a group is the task that runs its
 * body. A task started by a thread that is not a task runs on the loop of the host. It starts with the context
 * variables of the host, or, on a worker thread, with those of the code there.
 */
public final class TaskGroup {
    static {
        GroupAccess.provide(new GroupAccess() {
            @Override
            public TaskGroup group(ChildGroup children) {
                return new TaskGroup(children);
            }
        });
    }

    private final Task host;
    private final ChildGroup children;
    private final CancelScope scope;

    private TaskGroup(ChildGroup children) {
        this.host = children.host();
        this.children = children;
        this.scope = new CancelScope(children.scope());
    }

    /** Returns the group of the tasks that other threads start in a run. Its block is the first task. */
    static TaskGroup outermost(Run run) {
        return new TaskGroup(run.outermost());
    }

    /** Creates a group that takes tasks from now on. {@code host}, which has not begun, will {@link #host} it. */
    static TaskGroup hostedBy(Task host) {
        return new TaskGroup(ChildGroup.early(host));
    }

    /**
     * Runs {@code body} in a new group and waits for all its tasks. A checkpoint when tasks are alive at the end.
     *
     * @throws ExceptionGroup with the failures of the body and the tasks
     * @throws ErrorGroup the same, when one of them is an {@link Error}
     * @throws Cancelled in a cancelled scope, when nothing has failed
     * @throws NoEventLoopException when not called by a task
     */
    public static void run(GroupBlock body) {
        Objects.requireNonNull(body, "body");
        call(group -> {
            body.run(group);
            return null;
        });
    }

    /**
     * Like {@link #run}, and returns the value of the body, or null if the group's own scope cancelled the body.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T call(GroupValueBlock<T> body) {
        Objects.requireNonNull(body, "body");
        var group = new TaskGroup(ChildGroup.of(Task.require("open a task group")));
        return group.host(body);
    }

    /** Runs {@code body} and waits for the tasks. Called once, by the host. */
    <T extends @Nullable Object> T host(GroupValueBlock<T> body) {
        return children.enterAndRun(TaskGroup::runAndAwait, this, body);
    }

    private <T extends @Nullable Object> T runAndAwait(GroupValueBlock<T> body) {
        T value = Unchecked.cast(null);
        Throwable outcome = null;
        try {
            value = body.call(this);
        } catch (Throwable thrown) { // the group throws it
            if (thrown instanceof Cancelled c) {
                children.passOn(c);
                outcome = thrown;
            } else {
                scope.cancel();
                children.record(thrown);
            }
        }
        Cancelled whileWaiting = children.awaitChildren();
        if (outcome == null) {
            outcome = whileWaiting;
        }
        Throwable left = scope.leave(combined(outcome));
        children.forgetFailures();
        Unchecked.rethrow(left);
        return value;
    }

    private @Nullable Throwable combined(@Nullable Throwable outcome) {
        List<Throwable> failures = children.failures();
        if (failures.isEmpty()) {
            return outcome;
        }
        return FailureGroupSupport.of("unhandled failures in a task group", failures, null)
                .asThrowable();
    }

    // ---- starting tasks ----

    /**
     * Starts a task. On the caller's loop it does not run before the caller's next suspension point. It runs in the
     * group's scope, whatever scopes the caller is in. May be called from any thread. Not a checkpoint. AnyIO:
     * {@code start_soon}, {@code create_task}.
     *
     * <p>A reference to an overloaded method, such as {@code startSoon(socket::receive)}, is ambiguous to the compiler
     * between this method and {@link #startSoon(ValueBlock)}; write {@code startSoon(() -> socket.receive())}.
     *
     * @throws IllegalStateException when the group has ended
     */
    public TaskHandle<@Nullable Void> startSoon(Block<?> body) {
        return startSoon(TaskOptions.DEFAULTS, body);
    }

    /** Like {@link #startSoon(Block)}, for a task with a value, which the handle returns. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(ValueBlock<T, ?> body) {
        return startSoon(TaskOptions.DEFAULTS, body);
    }

    /** Like {@link #startSoon(Block)}, with options, such as {@code TaskOptions.named("reader")}. */
    public TaskHandle<@Nullable Void> startSoon(TaskOptions options, Block<?> body) {
        return started(prepare(options, body, ValueBlock.of(body), Task.currentOrNull(), host.id()));
    }

    /** Like {@link #startSoon(ValueBlock)}, with options. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(TaskOptions options, ValueBlock<T, ?> body) {
        return started(prepare(options, body, body, Task.currentOrNull(), host.id()));
    }

    /**
     * Starts a task whose failure does not affect the group. May be called from any thread. Not a checkpoint. AnyIO:
     * {@code BlockingPortal.start_task_soon}.
     *
     * <p>The future is completed with the value or the failure of the task, shortly before the task ends. The failure
     * is not logged, and goes nowhere else. Cancelling the future cancels the task; when the task ends by a
     * cancellation, the future is cancelled. Code that is attached to the future runs in the task, and should not wait.
     *
     * @throws IllegalStateException when the group has ended
     */
    public <T extends @Nullable Object> CompletableFuture<T> startFuture(TaskOptions options, ValueBlock<T, ?> body) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(body, "body");
        CompletableFuture<T> future = startFutureUnlessEnded(options, body, (failure, heard) -> {});
        if (future == null) {
            throw ended();
        }
        return future;
    }

    /** Like {@link #startFuture}, but returns null when the group has ended. */
    <T extends @Nullable Object> @Nullable CompletableFuture<T> startFutureUnlessEnded(
            TaskOptions options, ValueBlock<T, ?> body, TaskFuture.FailureListener listener) {
        Objects.requireNonNull(options, "options");
        TaskOptions named = options.withNameOf(body);
        ValueBlock<T, ?> code = host.run().debug() ? tracing(named.nameOr(body), body) : body;
        var future = new TaskFuture<T>(listener);
        TaskHandle<T> handle = prepare(
                named,
                body,
                () -> {
                    future.run(code);
                    return Unchecked.cast(null); // the future has the value
                },
                Task.currentOrNull(),
                host.id());
        handle.outcomeTo(future);
        return !host.run().isOver() && children.start(handle.task()) ? future : null;
    }

    /**
     * Starts a task, waits until it reports that it is ready, and returns the value that it reports. A checkpoint.
     * AnyIO: {@code start}.
     *
     * <p>If the task fails before its report, this method throws the failure unchanged, and the group is not affected.
     * If the caller is cancelled meanwhile, the task is cancelled and awaited; another failure of the task becomes a
     * suppressed exception of the {@link Cancelled}.
     *
     * <p>A task can still start in a cancelled group for clean-up, if the caller has waited in a shielded scope since
     * the cancellation, or has cancelled the group from there. The cancellation of the group reaches the task after its
     * report.
     *
     * @throws IllegalStateException when the group has ended, or when the task ends without a report
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public <S extends @Nullable Object> S start(StartBlock<S> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    /** Like {@link #start(StartBlock)}, with options. */
    public <S extends @Nullable Object> S start(TaskOptions options, StartBlock<S> body) {
        return this.<@Nullable Void, S>startHandle(options, body, status -> {
                    body.run(status);
                    return null;
                })
                .startValue();
    }

    /** Like {@link #start(StartBlock)}, and returns the handle too. AnyIO: {@code start(..., return_handle=True)}. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            StartValueBlock<T, S> body) {
        return startHandle(TaskOptions.DEFAULTS, body);
    }

    /** Like {@link #startHandle(StartValueBlock)}, with options. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            TaskOptions options, StartValueBlock<T, S> body) {
        return startHandle(options, body, body);
    }

    private <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            TaskOptions options, Object source, StartValueBlock<T, S> body) {
        Task caller = Task.require("start a task and wait for it");
        var gate = new StartGate<S>(caller, host.id());
        boolean outOfReach = startsOutOfReach(caller); // after a wait of the gate, for groups that were not finished
        TaskHandle<T> handle = prepare(options, source, () -> body.call(gate), caller, caller.id());
        handle.reportThrough(gate, outOfReach);
        started(handle);
        try {
            return new StartedTask<>(handle, gate.await());
        } catch (VirtualMachineError full) { // there is not enough room to wait for its end either
            handle.cancel();
            throw full;
        } catch (Cancelled c) {
            handle.cancel();
            CancelScope.shielded(handle::await);
            Throwable late = gate.lateFailure();
            if (late != null) {
                c.addSuppressed(late);
            }
            throw c;
        }
    }

    /**
     * Returns true if this group is cancelled but a shield protects the caller, and protected it in its last wait. A
     * caller that has entered the shield without waiting since is still treated as cancelled.
     */
    private boolean startsOutOfReach(Task caller) {
        return CancelTree.isCancelled(children.scope())
                && !CancelTree.isCancelled(caller.scope())
                && caller.waitedOutOfReachOf(children.scope());
    }

    /**
     * Creates a task with the context of the calling thread, unstarted.
     *
     * @param source the code of the user, which gives the task its name
     * @param starter the current task, or null
     */
    private <T extends @Nullable Object> TaskHandle<T> prepare(
            TaskOptions options, Object source, ValueBlock<T, ?> body, @Nullable Task starter, long parentId) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(source, "body");
        String name = options.nameOr(source);
        ScopeNode base = ScopeNode.ofTask(children.scope());
        var handle = new TaskHandle<T>(name, base, children);
        TaskLoop loop = options.place(starter != null && starter.run() == host.run() ? starter.loop() : host.loop());
        ContextHolder inheritsFrom = starter == null ? CurrentContext.holderOrNull() : starter;
        ValueBlock<T, ?> code = host.run().debug() ? tracing(name, body) : body;
        var task = new Task(
                name,
                loop,
                parentId,
                options.contextOr(inheritsFrom != null ? inheritsFrom : host),
                base,
                host.run().isRehearsal() ? code : ContextPropagation.wrap(code),
                handle.end());
        base.setHost(task);
        handle.of(task);
        return handle;
    }

    private <T extends @Nullable Object> TaskHandle<T> started(TaskHandle<T> handle) {
        if (!children.start(handle.task())) {
            throw ended();
        }
        return handle;
    }

    private static IllegalStateException ended() {
        return new IllegalStateException("This task group is not active; no new tasks can be started in it. A group is"
                + " active from the beginning of its block until the block has been left");
    }

    /** In debug mode, adds to each failure the place where its task was started. */
    private static <T extends @Nullable Object> ValueBlock<T, ?> tracing(String name, ValueBlock<T, ?> body) {
        var site = new Throwable("task '" + name + "' was started here");
        return () -> {
            try {
                return body.call();
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable thrown) { // rethrown with the place added
                thrown.addSuppressed(site);
                throw thrown;
            }
        };
    }

    // ---- the scope ----

    /**
     * Returns whether tasks can be started now: false after the block has been left. Unless the caller is in the group,
     * another thread may end it at any moment. May be called from any thread.
     */
    public boolean isActive() {
        return !children.hasEnded();
    }

    /** Returns the scope around the body and all tasks. */
    public CancelScope cancelScope() {
        return scope;
    }

    /** Cancels the body and all tasks, including later ones. May be called from any thread; not a checkpoint. */
    public void cancel() {
        scope.cancel();
    }

    /** Like {@link #cancel()}, with a reason. */
    public void cancel(String reason) {
        scope.cancel(reason);
    }

    /** Returns the tasks of this group and the wait for their end. */
    ChildGroup children() {
        return children;
    }

    @Override
    public String toString() {
        return "TaskGroup[of " + host + ", " + scope + "]";
    }
}
