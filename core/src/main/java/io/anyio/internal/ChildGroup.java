package io.anyio.internal;

import io.anyio.Cancelled;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The tasks of one group, their failures, and the wait of the group's host for their end. */
public final class ChildGroup {
    private static final VarHandle FAILURES = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "failures", VarHandle.class, ChildGroup.class, Failure.class);

    private static final String WAIT = "the end of a task group";

    private final Task host;
    private final ChildList children;
    private final ScopeNode scope;
    private final boolean early; // whether it takes tasks before the host has entered its scope
    private volatile @Nullable Failure failures; // newest first; pushed by any task of the group
    private volatile @Nullable Throwable unlisted; // a failure for which there was no memory in the list; any task
    private volatile @Nullable Wait hostWait; // set by the host while it waits for the tasks
    private @Nullable VirtualMachineError whyUnfinished; // host only: why it could not wait for the tasks

    @Nullable
    ChildGroup nextUnfinished; // host only

    private record Failure(Throwable thrown, @Nullable Failure before) {}

    private ChildGroup(Task host, ChildList children, ScopeNode scope, boolean early) {
        this.host = host;
        this.children = children;
        this.scope = scope;
        this.early = early;
    }

    /** Creates the group of a block that {@code host} is about to enter. */
    public static ChildGroup of(Task host) {
        var children = new ChildList();
        return new ChildGroup(host, children, ScopeNode.ofGroup(children, null), false);
    }

    /**
     * Creates a group that takes tasks from now on, although {@code host} has not begun. It will enter the group in its
     * outermost scope. Until then an outer cancellation does not wake the tasks; the host delivers it when it enters.
     */
    public static ChildGroup early(Task host) {
        var children = new ChildList();
        return new ChildGroup(host, children, ScopeNode.ofGroup(children, host.base()), true);
    }

    /**
     * Creates the group of the tasks that other threads start in a run. Its scope is the outermost one of the first
     * task, so it takes tasks until the code of that task has ended.
     */
    static ChildGroup outermost(Task first, ChildList children) {
        return new ChildGroup(first, children, first.base(), false);
    }

    public Task host() {
        return host;
    }

    public ScopeNode scope() {
        return scope;
    }

    public ChildList children() {
        return children;
    }

    // ---- called by the host ----

    /**
     * Enters the scope and runs {@code block}, which waits for the tasks and leaves the scope. If that fails because
     * the stack or the heap is full, tasks may live; the host then waits for them at its next wait, or at the end of a
     * scope around the group.
     *
     * @param group the first argument of the block; passed on, so that the block needs no object of its own
     * @param body the second argument
     */
    public <G, B, T extends @Nullable Object> T enterAndRun(BiFunction<G, B, T> block, G group, B body) {
        scope.enter();
        try {
            return block.apply(group, body);
        } catch (VirtualMachineError full) { // of the group itself: failures of the body are in a FailureGroup
            whyUnfinished = full; // no calls here: they could fail again
            nextUnfinished = host.unfinished;
            host.unfinished = this;
            scope.host = null;
            host.scope = scope.parent;
            throw full;
        }
    }

    /** Lets other tasks run, without throwing. Called at the end of a group without live tasks. */
    private void letOthersRun() {
        try {
            host.yieldNow();
        } catch (StackOverflowError full) {
            // the group has ended; other tasks run at the next checkpoint
        }
    }

    /**
     * Waits until the last task has ended, and closes the group. A cancellation is passed on to the tasks, and does not
     * end the wait. Returns it, or null.
     */
    public @Nullable Cancelled awaitChildren() {
        Cancelled cancelled = null;
        if (children.isEmpty()) {
            letOthersRun();
        }
        while (!children.closeIfEmpty()) {
            var wait = Wait.begin(host, WAIT);
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

    /** Cancels the tasks with the reason of the host's cancellation. */
    public void passOn(Cancelled hosts) {
        scope.cancel(hosts.reason().orElse(null));
        if (early) {
            CancelTree.deliver(scope); // an outer delivery may have run before the host entered the scope
        }
    }

    /** Closes the group. If it has tasks, cancels its scope, and waits for the tasks. */
    void end(String reason) {
        children.close(); // first: other threads could start tasks faster than the last one ends
        while (!children.isEmpty()) {
            try {
                scope.cancel(reason);
                awaitEnd(Wait.begin(host, WAIT));
            } catch (VirtualMachineError full) { // the heap: the run must not end before its tasks
                Thread.onSpinWait();
            }
        }
    }

    /** Cancels the tasks for which the host could not wait, and waits. Called by the host when its stack has room. */
    void finish() {
        scope.mark(scope.causeOf("the host could not wait for the tasks of this group"));
        while (!children.closeIfEmpty()) {
            children.forEach(child -> child.base().cancel(null)); // the group's scope has no host any more
            awaitEnd(Wait.begin(host, WAIT));
        }
        VirtualMachineError thrown = whyUnfinished;
        for (Failure at = failures; at != null && thrown != null; at = at.before()) {
            thrown.addSuppressed(at.thrown());
        }
    }

    /** Waits until the last task has ended. A cancellation does not end this wait. */
    private void awaitEnd(Wait wait) {
        hostWait = wait;
        if (!children.isEmpty()) {
            wait.awaitShielded();
        }
    }

    /** Returns the failures in the order in which they were recorded. */
    public List<Throwable> failures() {
        Failure newest = failures;
        Throwable last = unlisted;
        if (newest == null && last == null) {
            return List.of();
        }
        List<Throwable> members = new ArrayList<>();
        if (last != null) {
            members.add(last);
        }
        for (Failure at = newest; at != null; at = at.before()) {
            members.add(at.thrown());
        }
        return members.reversed();
    }

    /** Forgets the failures, which the host has thrown. */
    public void forgetFailures() {
        if (failures != null) {
            failures = null;
        }
    }

    // ---- any thread ----

    /** Adds a task and starts it. Returns false when the group has ended. */
    public boolean start(Task task) {
        StackRoom.require(task.number()); // a task that is added to the group must be started
        if (!children.add(task)) {
            return false;
        }
        try {
            task.start();
        } catch (Throwable notStarted) { // for example, no memory
            if (children.remove(task)) {
                resumeHost();
            }
            throw notStarted;
        }
        return true;
    }

    /** Returns whether the group has ended, so that it takes no more tasks. */
    public boolean hasEnded() {
        return children.isClosed();
    }

    /** Records a failure of the body. */
    public void record(Throwable thrown) {
        Failure before;
        do {
            before = failures;
        } while (!FAILURES.compareAndSet(this, before, new Failure(thrown, before)));
    }

    /**
     * Removes a task that has ended. Called by that task as its last action.
     *
     * @param failure its failure that concerns the group, or null
     */
    public void ended(Task task, @Nullable Throwable failure) {
        try {
            if (failure != null) {
                fail(task, failure);
            }
        } finally { // even without memory: the host waits for this task
            if (children.remove(task)) {
                resumeHost();
            }
        }
    }

    /** Makes the host wait for other work of the group, until {@link #release} is called. */
    void hold() {
        children.hold();
    }

    /** Ends a hold. Any thread. */
    void release() {
        if (children.release()) {
            resumeHost();
        }
    }

    private void resumeHost() {
        Wait wait = hostWait;
        if (wait != null) {
            wait.resume();
        }
    }

    private void fail(Task task, Throwable failure) {
        if (!(failure instanceof Cancelled)) {
            try {
                task.yieldBeforeFailing();
                record(failure);
            } catch (VirtualMachineError full) { // the heap, or the stack
                unlisted = failure;
            }
        }
        if (!CancelTree.isCancelled(scope)) {
            try {
                scope.cancel(null);
            } catch (VirtualMachineError full) {
                scope.cancelWith(CancelCause.WITHOUT_MEMORY);
            }
        }
    }
}
