package io.anyio.sync;

import io.anyio.WouldBlockException;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.TaskRef;
import io.anyio.select.SelectClause;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A mutual exclusion lock for code that waits while it holds the lock. AnyIO: {@code Lock}.
 *
 * <pre>{@code
 * lock.run(() -> {
 *     stream.send(request);
 *     stream.receive();
 * });
 * }</pre>
 *
 * <p>The lock belongs to the task that acquired it: only that task may release it, and it cannot acquire it twice.
 * Waiting tasks get it in the order of arrival and cannot be overtaken. Locks can be made anywhere, also outside of a
 * run, and shared by tasks of several loops.
 */
public final class Lock extends Acquirable<TaskRef> {
    /*
     * A release names the next owner inside the critical section, before that task runs. So a free lock has no waiter
     * that could still be resumed, and any task that finds it free may take it.
     */

    private final boolean fastAcquire;
    private @Nullable TaskRef owner; // guarded by waiters

    private Lock(boolean fastAcquire) {
        this.fastAcquire = fastAcquire;
    }

    /** Returns a free lock. */
    public static Lock create() {
        return new Lock(false);
    }

    /**
     * Returns a free lock that is faster: if no task holds it, {@link #acquire} lets other tasks run only if the
     * calling task has kept them waiting for 10 ms. AnyIO: {@code fast_acquire=True}.
     */
    public static Lock fast() {
        return new Lock(true);
    }

    /**
     * Acquires the lock, waiting until it is free. A checkpoint; if the lock is free immediately, it lets other tasks
     * run once after taking it, unless the lock is {@linkplain #fast fast}. A task to which the lock was handed over
     * returns with it, even if it is cancelled before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; the lock was not taken
     * @throws IllegalStateException when the current task already holds it
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    @Override
    public void acquire() {
        TaskRef me = TaskRef.current("acquire a lock");
        requireOther(me); // first, to report a mistake also in a cancelled scope
        beforeTaking(fastAcquire, "acquire a lock");
        if (take(me)) {
            afterTaking(fastAcquire);
            return;
        }
        var wait = Suspension.create("Lock.acquire");
        if (mustWait(me, wait)) {
            waiters.await(wait);
        }
    }

    /**
     * Acquires the lock if it is free. Not a checkpoint.
     *
     * @throws WouldBlockException when another task holds it
     * @throws IllegalStateException when the current task already holds it
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public void acquireNow() {
        TaskRef me = TaskRef.current("acquire a lock");
        if (!take(me)) {
            requireOther(me);
            throw new WouldBlockException("Lock.acquireNow: another task holds the lock");
        }
    }

    /**
     * Returns {@link #acquire} as a clause of a {@link io.anyio.select.Select}. If this clause is selected, the lock is
     * taken; {@link #release} it afterwards. The select throws {@link IllegalStateException} if the task already holds
     * it.
     */
    @SuppressWarnings("NullAway") // NullAway forgets the annotation on Void in a lambda
    public SelectClause<@Nullable Void> onAcquire() {
        return branch -> {
            TaskRef taker = branch.owner();
            requireOther(taker);
            return SelectClause.<@Nullable Void>of(waiters, () -> takeFree(taker), () -> null)
                    .begin(branch);
        };
    }

    /**
     * Releases the lock, which goes to the task that has waited longest, if any. Not a checkpoint.
     *
     * @throws IllegalStateException when the current task does not hold it
     */
    @Override
    public void release() {
        TaskRef me = TaskRef.currentOrNull();
        TaskRef holder;
        Suspension next = null;
        waiters.enter();
        try {
            holder = owner;
            if (me != null && holder == me) {
                next = waiters.claimFirst();
                owner = next == null ? null : next.owner();
            }
        } finally {
            waiters.leave();
        }
        if (me == null || holder != me) {
            throw notHeld("release a lock", holder);
        }
        if (next != null) {
            next.wake();
        }
    }

    /** Whether a task holds the lock. May be called from any thread. */
    public boolean isLocked() {
        return owner() != null;
    }

    /** Returns the task that holds the lock and the number of waiting tasks. May be called from any thread. */
    public LockStatistics statistics() {
        TaskRef holder;
        int waiting;
        waiters.enter();
        try {
            holder = owner;
            waiting = waiters.size();
        } finally {
            waiters.leave();
        }
        return new LockStatistics(holder != null, Optional.ofNullable(holder).map(TaskRef::info), waiting);
    }

    // ---- for Condition ----

    /** Throws if the current task does not hold the lock. */
    void requireHeld(String what) {
        TaskRef holder = owner();
        if (holder == null || holder != TaskRef.currentOrNull()) {
            throw notHeld(what, holder);
        }
    }

    /** Takes the lock as {@link #acquire} does, but ignores cancellation. */
    void acquireShielded() {
        TaskRef me = TaskRef.current("acquire a lock");
        if (take(me)) { // first without a wait, which a full stack may refuse
            afterTaking(fastAcquire);
            return;
        }
        var wait = Suspension.create("Lock.acquire");
        if (mustWait(me, wait)) {
            wait.awaitShielded();
        }
    }

    // ---- the critical sections ----

    private @Nullable TaskRef owner() {
        waiters.enter();
        TaskRef holder = owner;
        waiters.leave();
        return holder;
    }

    @Override
    boolean takeFree(TaskRef taker) {
        boolean free = owner == null;
        if (free) {
            owner = taker;
        }
        return free;
    }

    private void requireOther(TaskRef me) {
        if (owner() == me) { // no other task can release it, so this stays true
            throw new IllegalStateException("Task '" + me.name()
                    + "' holds this lock already; a task cannot acquire a lock twice. Release it first, or"
                    + " do not acquire it again");
        }
    }

    private static IllegalStateException notHeld(String what, @Nullable TaskRef holder) {
        TaskRef me = TaskRef.currentOrNull();
        return new IllegalStateException("Cannot " + what + " that "
                + (me == null ? "this thread, which is not a task," : "task '" + me.name() + "'") + " does not hold: "
                + (holder == null ? "no task holds it" : "task '" + holder.name() + "' holds it")
                + ". Only the task that acquired a lock may do this");
    }

    @Override
    public String toString() {
        TaskRef holder = owner();
        return "Lock[" + (holder == null ? "free" : "held by task '" + holder.name() + "'") + "]";
    }
}
