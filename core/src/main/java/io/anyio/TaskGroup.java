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
 * body. A task started by a thread that is not a task runs on the loop of the host and starts with the context
 * variables of the host.
 */
public final class TaskGroup {
    private static final VarHandle FAILURES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failures", VarHandle.class, TaskGroup.class, Failure.class);

    private final Task host;
    private final CancelScope scope;
    private final boolean early; // whether it takes tasks before the host has entered its scope
    private final ChildList children = new ChildList();
    private volatile @Nullable Failure failures; // newest first; pushed by any task of the group
    private volatile @Nullable Throwable unlisted; // a failure for which there was no memory in the list; any task
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
     * Creates a group that takes tasks from now on. {@code host}, which has not begun, will {@link #host} it in its
     * outermost scope. Until then an outer cancellation does not wake the tasks; the host delivers it when it enters.
     */
    static TaskGroup hostedBy(Task host) {
        return new TaskGroup(host, host.base());
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
        var group = new TaskGroup(Task.require("open a task group"), null);
        return group.host(body);
    }

    /** Runs {@code body} and waits for the tasks. Called once, by the host. */
    <T extends @Nullable Object> T host(GroupValueBlock<T> body) {
        scope.enter();
        try {
            return runAndAwait(body);
        } catch (VirtualMachineError full) { // of the group itself: failures of the body are in a FailureGroup
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
        } catch (Throwable thrown) { // the group throws it
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

    /** Cancels the tasks, for which the host could not wait, and waits. Called by the host when its stack has room. */
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

    /** Waits until the last task has ended. A cancellation does not end this wait. */
    private void awaitEnd(Suspension wait) {
        hostWait = wait;
        if (!children.isEmpty()) {
            wait.awaitShielded();
        }
    }

    /** Waits until the last task has ended, and closes the group. Returns a cancellation of the wait, or null. */
    private @Nullable Cancelled awaitChildren() {
        Cancelled cancelled = null;
        if (children.isEmpty()) {
            letOthersRun();
        }
        while (!children.closeIfEmpty()) {
            var wait = Suspension.begin(host, "the end of a task group");
            hostWait = wait;
            if (children.isEmpty()) {
                continue; // the last task ended before it could see the wait
            }
            if (cancelled == null) {
                try {
                    wait.await();
                } catch (Cancelled c) {
                    cancelled = c; // the following waits are shielded, otherwise this loop would spin
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
            // the group has ended; other tasks run at the next checkpoint
        }
    }

    /** Cancels the tasks with the reason of the host's cancellation. */
    private void passOn(Cancelled hosts) {
        scope.cancelFor(hosts.reason().orElse(null));
        if (early) {
            CancelTree.deliver(scope); // an outer delivery may have run before the host entered the scope
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
        return FailureGroupSupport.of("unhandled failures in a task group", members, null)
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
        return active(spawn(options, body, asValue(body), null, Task.currentOrNull(), false));
    }

    /** Like {@link #startSoon(ValueBlock)}, with options. */
    public <T extends @Nullable Object> TaskHandle<T> startSoon(TaskOptions options, ValueBlock<T, ?> body) {
        return active(spawn(options, body, body, null, Task.currentOrNull(), false));
    }

    /** Like {@link #startSoon(TaskOptions, ValueBlock)}, but returns null when the group has ended. */
    <T extends @Nullable Object> @Nullable TaskHandle<T> startUnlessEnded(TaskOptions options, ValueBlock<T, ?> body) {
        return spawn(options, body, body, null, Task.currentOrNull(), false);
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
        TaskHandle<T> handle =
                active(spawn(options, source, () -> body.call(gate), gate, caller, startsOutOfReach(caller)));
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
        return CancelTree.isCancelled(scope)
                && !CancelTree.isCancelled(caller.scope())
                && caller.waitedOutOfReachOf(scope);
    }

    /** Starts a task with the context of the calling thread. Returns null when the group has ended. */
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
        base.setHost(task);
        handle.of(task);
        if (shielded) {
            base.setShield(true); // until it has started
        }
        if (gate != null) {
            gate.child(task);
        }
        StackRoom.require(task.number()); // a task that is added to the group must be started
        if (!children.add(task)) {
            return null;
        }
        try {
            task.start();
        } catch (Throwable notStarted) { // for example, no memory
            children.remove(task);
            throw notStarted;
        }
        return handle;
    }

    /** Called by a task that has ended; {@code outward} is the failure that its own scope did not catch, or null. */
    void childEnded(Task task, TaskHandle<?> handle, @Nullable StartGate<?> gate, @Nullable Throwable outward) {
        boolean callers = false;
        try {
            try {
                callers = gate != null && gate.childEnded(outward); // before announce(): start() then reads it
            } finally {
                handle.announce();
            }
        } finally { // even without memory: the host waits for this task
            try {
                if (outward != null && !callers) {
                    fail(task, outward);
                }
            } finally {
                removeChild(task);
            }
        }
    }

    private void removeChild(Task task) {
        if (children.remove(task)) {
            Suspension wait = hostWait;
            if (wait != null) {
                wait.resume();
            }
        }
    }

    private void fail(Task task, Throwable outward) {
        if (!(outward instanceof Cancelled)) {
            try {
                task.yieldBeforeFailing();
                record(outward);
            } catch (VirtualMachineError full) { // the heap, or the stack
                unlisted = outward;
            }
        }
        if (!CancelTree.isCancelled(scope)) {
            try {
                scope.cancel();
            } catch (VirtualMachineError full) {
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

    /** Returns the id of the task that is the parent of this group's tasks. */
    long hostId() {
        return host.id();
    }

    ChildList children() {
        return children;
    }

    @Override
    public String toString() {
        return "TaskGroup[of " + host + ", " + scope + "]";
    }
}
