package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block that does not end before the tasks that were started in it. AnyIO: {@code create_task_group()}.
 *
 * <pre>{@code
 * TaskGroup.run(group -> {
 *     group.startSoon(() -> fetch("a"));
 *     group.startSoon(() -> fetch("b"));
 * });                                        // both have ended
 * }</pre>
 *
 * <p>When the body or a task fails, the group's scope is cancelled, the rest is awaited, and the block throws a
 * {@link FailureGroup} with everything that went wrong, in order; always a group, also for one failure. Cancellations
 * are not listed. When there was nothing but a cancellation, {@link Cancelled} leaves the block as it is, or the
 * group's scope catches it if it was the one cancelled.
 *
 * <p>Leaving a group always lets other tasks run once. With live tasks it is a checkpoint; without any it never throws.
 *
 * <h2>Threads</h2>
 *
 * Tasks of the group, and every other thread, may start tasks and cancel until the block is left. A task started by a
 * thread that is no task runs on the loop of the group's host, in the host's context.
 */
public final class TaskGroup {
    private static final VarHandle FAILURES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failures", VarHandle.class, TaskGroup.class, Failure.class);

    private final Task host;
    private final CancelScope scope;
    private final boolean early; // whether it takes tasks before the host stands in its scope
    private final Children children = new Children();
    private volatile @Nullable Failure failures; // newest first; pushed by any task of the group
    private volatile @Nullable Throwable unlisted; // a failure that could not be listed for lack of memory; any task
    private volatile @Nullable Suspension hostWait; // set by the host while it waits for the tasks
    private @Nullable VirtualMachineError whyUnfinished; // host only: why it could not wait for the tasks

    @Nullable
    TaskGroup nextUnfinished; // host only

    private record Failure(Throwable thrown, @Nullable Failure before) {}

    private TaskGroup(Task host, @Nullable CancelScope around) {
        this.host = host;
        this.scope = CancelScope.ofGroup(this, around);
        this.early = around != null;
    }

    /**
     * A group that takes tasks from now on, and that {@code host}, which has not begun, will {@link #host} in its
     * outermost scope. Until then a cancellation from around does not wake the tasks; the host brings it.
     */
    static TaskGroup hostedBy(Task host) {
        return new TaskGroup(host, host.base());
    }

    /**
     * Runs {@code body} in a new group and waits for all its tasks. A checkpoint when tasks are alive at the end.
     *
     * @throws ExceptionGroup with what the body and the tasks threw
     * @throws ErrorGroup the same, when an {@link Error} is among it
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
     * {@link #run} for a body that gives a value. A body that the group's own scope cancelled gives null.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T call(GroupValueBlock<T> body) {
        Objects.requireNonNull(body, "body");
        var group = new TaskGroup(Task.require("open a task group"), null);
        return group.host(body);
    }

    /** Called by the host, once: runs {@code body} and waits for the tasks. */
    <T extends @Nullable Object> T host(GroupValueBlock<T> body) {
        scope.enter();
        try {
            return runAndAwait(body);
        } catch (VirtualMachineError full) { // from the group itself: failures of the body arrive in a FailureGroup
            whyUnfinished = full; // no calls here: they could fail again
            nextUnfinished = host.unfinished;
            host.unfinished = this;
            scope.host = null;
            host.scope = scope.parent;
            throw full;
        }
    }

    private <T extends @Nullable Object> T runAndAwait(GroupValueBlock<T> body) {
        T value = Unchecked.cast(null);
        Throwable outcome = null;
        try {
            value = body.call(this);
        } catch (Throwable thrown) { // everything that leaves the body is the group's
            if (thrown instanceof Cancelled c) {
                passOn(c);
                outcome = thrown;
            } else {
                scope.cancel();
                record(thrown);
            }
        }
        Cancelled whileWaiting = awaitChildren();
        if (outcome == null) {
            outcome = whileWaiting;
        }
        Throwable left = scope.leave(combined(outcome));
        if (failures != null) {
            failures = null;
        }
        Unchecked.rethrow(left);
        return value;
    }

    /**
     * Cancels the tasks of a group that its host could not wait for, and waits for them. Called by the host, once there
     * is room on its stack.
     */
    void finish() {
        scope.mark(CancelCause.called("the host could not wait for the tasks of this group", host));
        while (!children.closeIfEmpty()) {
            children.forEach(child -> child.base().cancelFor(null)); // the group's scope has no host any more
            awaitEnd(Suspension.begin(host, "the end of a task group"));
        }
        VirtualMachineError thrown = whyUnfinished;
        for (Failure at = failures; at != null && thrown != null; at = at.before()) {
            thrown.addSuppressed(at.thrown());
        }
    }

    /** Waits, whatever is cancelled, until the last task has ended. */
    private void awaitEnd(Suspension wait) {
        hostWait = wait;
        if (!children.isEmpty()) {
            wait.awaitShielded();
        }
    }

    /**
     * Waits until the last task has ended, and closes the group. Gives the cancellation that hit the wait, if one did.
     */
    private @Nullable Cancelled awaitChildren() {
        Cancelled cancelled = null;
        if (children.isEmpty()) {
            letOthersRun();
        }
        while (!children.closeIfEmpty()) {
            var wait = Suspension.begin(host, "the end of a task group");
            hostWait = wait;
            if (children.isEmpty()) {
                continue; // the last one ended before it could see the wait
            }
            if (cancelled == null) {
                try {
                    wait.await();
                } catch (Cancelled c) {
                    cancelled = c; // told once; from here on the wait is shielded, so that it does not spin
                    passOn(c);
                }
            } else {
                wait.awaitShielded();
            }
        }
        if (hostWait != null) { // a write would cost a fence
            hostWait = null;
        }
        return cancelled;
    }

    private void letOthersRun() {
        try {
            host.yieldNow();
        } catch (StackOverflowError full) {
            // the group is over; others run at the next checkpoint
        }
    }

    /** Cancels the tasks for the reason for which the host was cancelled. */
    private void passOn(Cancelled hosts) {
        scope.cancelFor(hosts.reason().orElse(null));
        if (early) {
            CancelTree.deliver(scope); // a delivery from around may have run before the host entered the scope
        }
    }

    private @Nullable Throwable combined(@Nullable Throwable outcome) {
        Failure newest = failures;
        Throwable last = unlisted;
        if (newest == null && last == null) {
            return outcome;
        }
        List<Throwable> members = new ArrayList<>();
        if (last != null) {
            members.add(last);
        }
        for (Failure at = newest; at != null; at = at.before()) {
            members.add(at.thrown());
        }
        Collections.reverse(members);
        return FailureGroups.of("unhandled failures in a task group", members, null)
                .asThrowable();
    }

    private void record(Throwable thrown) {
        Failure before;
        do {
            before = failures;
        } while (!FAILURES.compareAndSet(this, before, new Failure(thrown, before)));
    }

    // ---- starting tasks ----

    /**
     * Starts a task. It runs no earlier than the caller's next suspension point; its outermost scope is the group's,
     * whatever scopes the caller stands in. Not a checkpoint. AnyIO: {@code start_soon}, {@code create_task}.
     *
     * <p>A reference to an overloaded method, such as {@code startSoon(socket::receive)}, is ambiguous to the compiler
     * between this method and {@link #startSoon(ValueBlock)}; write {@code startSoon(() -> socket.receive())}.
     *
     * @throws IllegalStateException when the group has ended
     */
    public TaskHandle<@Nullable Void> startSoon(Block<?> body) {
        return startSoon(TaskOptions.DEFAULTS, body);
    }

    /** {@link #startSoon(Block)} for a task that gives a value, which the handle has. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(ValueBlock<T, ?> body) {
        return startSoon(TaskOptions.DEFAULTS, body);
    }

    /** {@link #startSoon(Block)} with a name. */
    public TaskHandle<@Nullable Void> startSoon(String name, Block<?> body) {
        return startSoon(TaskOptions.DEFAULTS.withName(name), body);
    }

    /** {@link #startSoon(ValueBlock)} with a name. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(String name, ValueBlock<T, ?> body) {
        return startSoon(TaskOptions.DEFAULTS.withName(name), body);
    }

    /** {@link #startSoon(Block)} with options. */
    public TaskHandle<@Nullable Void> startSoon(TaskOptions options, Block<?> body) {
        return active(spawn(options, body, asValue(body), null, Task.currentOrNull(), false));
    }

    /** {@link #startSoon(ValueBlock)} with options. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(TaskOptions options, ValueBlock<T, ?> body) {
        return active(spawn(options, body, body, null, Task.currentOrNull(), false));
    }

    /** {@link #startSoon(TaskOptions, ValueBlock)}, but null when the group has ended. */
    <T extends @Nullable Object> @Nullable TaskHandle<T> startUnlessEnded(TaskOptions options, ValueBlock<T, ?> body) {
        return spawn(options, body, body, null, Task.currentOrNull(), false);
    }

    /**
     * Starts a task and waits until it reports that it is ready; gives the value that it reports. A checkpoint. AnyIO:
     * {@code start}.
     *
     * <p>A failure of the task before its report is thrown here, as it is, and does not touch the group. In clean-up,
     * when the group has been cancelled but the caller has waited behind a shield since, or has cancelled it from
     * there, the task can still start: the cancellation of the group reaches it when it has reported. When the caller
     * is cancelled meanwhile, the task is cancelled and awaited; what it throws then besides is attached to the
     * {@link Cancelled} as suppressed.
     *
     * @throws IllegalStateException when the group has ended, or when the task ends without having reported
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public <S extends @Nullable Object> S start(StartBlock<S> body) {
        return start(TaskOptions.DEFAULTS, body);
    }

    /** {@link #start(StartBlock)} with a name. */
    public <S extends @Nullable Object> S start(String name, StartBlock<S> body) {
        return start(TaskOptions.DEFAULTS.withName(name), body);
    }

    /** {@link #start(StartBlock)} with options. */
    public <S extends @Nullable Object> S start(TaskOptions options, StartBlock<S> body) {
        return this.<@Nullable Void, S>startHandle(options, body, status -> {
                    body.run(status);
                    return null;
                })
                .startValue();
    }

    /** {@link #start(StartBlock)} that also gives the task's handle. AnyIO: {@code start(..., return_handle=True)}. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            StartValueBlock<T, S> body) {
        return startHandle(TaskOptions.DEFAULTS, body);
    }

    /** {@link #startHandle(StartValueBlock)} with a name. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            String name, StartValueBlock<T, S> body) {
        return startHandle(TaskOptions.DEFAULTS.withName(name), body);
    }

    /** {@link #startHandle(StartValueBlock)} with options. */
    public <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            TaskOptions options, StartValueBlock<T, S> body) {
        return startHandle(options, body, body);
    }

    private <T extends @Nullable Object, S extends @Nullable Object> StartedTask<T, S> startHandle(
            TaskOptions options, Object source, StartValueBlock<T, S> body) {
        Task caller = Task.require("start a task and wait for it");
        var gate = new StartGate<S>(caller, host.id());
        TaskHandle<T> handle =
                active(spawn(options, source, () -> body.call(gate), gate, caller, startsOutOfReach(caller)));
        try {
            return new StartedTask<>(handle, gate.await());
        } catch (VirtualMachineError full) { // there is no room to wait for its end either
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
     * Whether this group is cancelled and the caller is out of reach of that, and was so in its last wait: who comes
     * behind the shield in the same step brings the cancellation with it.
     */
    private boolean startsOutOfReach(Task caller) {
        return CancelTree.isCancelled(scope)
                && !CancelTree.isCancelled(caller.scope())
                && caller.waitedOutOfReachOf(scope);
    }

    /** Null when the group has ended. All that a task begins with is taken here, from the thread that calls. */
    private <T extends @Nullable Object> @Nullable TaskHandle<T> spawn(
            TaskOptions options,
            Object source,
            ValueBlock<T, ?> body,
            @Nullable StartGate<?> gate,
            @Nullable Task starter,
            boolean shielded) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(source, "body");
        String name = options.nameOr(source);
        CancelScope base = CancelScope.ofTask(scope);
        var handle = new TaskHandle<T>(name, base, this, gate);
        TaskLoop loop = options.place(starter != null && starter.run() == host.run() ? starter.loop() : host.loop());
        var task = new Task(
                name,
                loop,
                gate != null && starter != null ? starter.id() : host.id(),
                options.contextOr(starter != null ? starter : host),
                base,
                host.run().debug() ? tracing(name, body) : body,
                handle);
        base.host(task);
        handle.of(task);
        if (shielded) {
            base.shield(true); // until it has started
        }
        if (gate != null) {
            gate.child(task);
        }
        StackRoom.require(task.number()); // a task in the group must be started
        if (!children.add(task)) {
            return null;
        }
        try {
            task.start();
        } catch (Throwable notStarted) { // no memory, say
            children.remove(task);
            throw notStarted;
        }
        return handle;
    }

    /** A task has ended; {@code outward} is what its own scope let through. Called by the task. */
    void childEnded(Task task, TaskHandle<?> handle, @Nullable StartGate<?> gate, @Nullable Throwable outward) {
        try {
            boolean callers =
                    gate != null && gate.childEnded(outward); // before the announcement: start() reads the gate then
            handle.announce();
            if (outward != null && !callers) {
                fail(task, outward);
            }
        } finally { // also without memory: the host waits for this task
            if (children.remove(task)) {
                Suspension wait = hostWait;
                if (wait != null) {
                    wait.resume();
                }
            }
        }
    }

    private void fail(Task task, Throwable outward) {
        if (!(outward instanceof Cancelled)) {
            task.standBack();
            try {
                record(outward);
            } catch (OutOfMemoryError full) {
                unlisted = outward;
            }
        }
        if (!CancelTree.isCancelled(scope)) {
            try {
                scope.cancel();
            } catch (OutOfMemoryError full) {
                scope.cancelWith(CancelCause.WITHOUT_MEMORY);
            }
        }
    }

    private static <T extends @Nullable Object> TaskHandle<T> active(@Nullable TaskHandle<T> started) {
        if (started == null) {
            throw new IllegalStateException(
                    "This task group is not active; no new tasks can be started in it. A group is"
                            + " active from the beginning of its block until the block has been left");
        }
        return started;
    }

    private static <T extends @Nullable Object> ValueBlock<T, ?> asValue(Block<?> body) {
        return () -> {
            body.run();
            return Unchecked.cast(null);
        };
    }

    /** Debug mode: a failure says where its task was started. */
    private static <T extends @Nullable Object> ValueBlock<T, ?> tracing(String name, ValueBlock<T, ?> body) {
        var site = new Throwable("task '" + name + "' was started here");
        return () -> {
            try {
                return body.call();
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable thrown) { // only to add to it
                thrown.addSuppressed(site);
                throw thrown;
            }
        };
    }

    // ---- the scope ----

    /** The scope around the body and all tasks. */
    public CancelScope cancelScope() {
        return scope;
    }

    /** Cancels the body and all tasks, those that are started later included. Any thread; not a checkpoint. */
    public void cancel() {
        scope.cancel();
    }

    /** {@link #cancel()} with a reason. */
    public void cancel(String reason) {
        scope.cancel(reason);
    }

    /** The number of the task that is the parent of this group's tasks. */
    long hostId() {
        return host.id();
    }

    Children children() {
        return children;
    }

    @Override
    public String toString() {
        return "TaskGroup[of " + host + ", " + scope + "]";
    }
}
