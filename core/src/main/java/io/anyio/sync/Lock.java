package io.anyio.sync;

import io.anyio.SelectClause;
import io.anyio.Suspension;
import io.anyio.TaskRef;
import io.anyio.WouldBlockException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets one task at a time into a section of code that waits. AnyIO: {@code Lock}.
 *
 * <pre>{@code
 * lock.run(() -> {
 *     stream.send(request);
 *     stream.receive();
 * });
 * }</pre>
 *
 * <p>The lock belongs to the task that acquired it: only that task may release it, and it cannot acquire it twice.
 * Waiting tasks get it in the order of arrival, and nobody can overtake them. Can be made anywhere, also outside of a
 * run; can be shared by tasks of several loops.
 */
public final class Lock extends Acquirable<TaskRef> {
    /*
     * A release names the next owner inside the critical section, before that task runs: a free lock has no waiters who
     * could still be resumed, so whoever finds it free may take it.
     */

    private final boolean fastAcquire;
    private @Nullable TaskRef owner; // guarded by waiters

    private Lock(boolean fastAcquire) {
        this.fastAcquire = fastAcquire;
    }

    /** A lock that is free. */
    public static Lock create() {
        return new Lock(false);
    }

    /**
     * A free lock. If no task holds it, {@link #acquire} lets others run only when the task has kept them waiting for
     * 10 ms. Faster. AnyIO: {@code fast_acquire=True}.
     */
    public static Lock fast() {
        return new Lock(true);
    }

    /**
     * Takes the lock, waiting until it is free. A checkpoint; when the lock is free, it lets others run once after it
     * was taken, unless the lock is {@linkplain #fast fast}. A task to which the lock was handed over returns with it,
     * even if it is cancelled before it runs again.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; the lock was not taken
     * @throws IllegalStateException when the current task holds it already
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    @Override
    public void acquire() {
        TaskRef me = TaskRef.current("acquire a lock");
        requireOther(me); // first: a mistake shows in a cancelled scope, too
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
     * Takes the lock if it is free. Not a checkpoint.
     *
     * @throws WouldBlockException when another task holds it
     * @throws IllegalStateException when the current task holds it already
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
     * {@link #acquire} as one of several things that a {@link io.anyio.Select} waits for. The lock is taken if this is
     * the clause that is chosen; give it back with {@link #release}. The select throws {@link IllegalStateException}
     * when the current task holds the lock already.
     */
    @SuppressWarnings("NullAway") // which forgets the annotation on Void in a lambda
    public SelectClause<@Nullable Void> onAcquire() {
        return branch -> {
            TaskRef taker = branch.owner();
            requireOther(taker);
            return SelectClause.<@Nullable Void>of(waiters, () -> takeFree(taker), () -> null)
                    .begin(branch);
        };
    }

    /**
     * Gives the lock to the task that has waited longest, or free. Not a checkpoint.
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

    /** Whether a task holds the lock. Any thread. */
    public boolean isLocked() {
        return owner() != null;
    }

    /** Who holds it and how many tasks wait. Any thread. */
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

    /** Throws when the current task does not hold the lock. */
    void requireHeld(String what) {
        TaskRef holder = owner();
        if (holder == null || holder != TaskRef.currentOrNull()) {
            throw notHeld(what, holder);
        }
    }

    /** Takes the lock as {@link #acquire} does, but whatever is cancelled. */
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
        if (owner() == me) { // then it stays so: nobody else can release it
            throw new IllegalStateException("Task '" + me.name()
                    + "' holds this lock already; a lock cannot be acquired twice by one task, so release it before or"
                    + " do not acquire it again");
        }
    }

    private static IllegalStateException notHeld(String what, @Nullable TaskRef holder) {
        TaskRef me = TaskRef.currentOrNull();
        return new IllegalStateException("Cannot " + what + " that "
                + (me == null ? "this thread, which is no task," : "task '" + me.name() + "'") + " does not hold; "
                + (holder == null ? "nobody holds it" : "task '" + holder.name() + "' does")
                + ". Only the task that acquired a lock may do that");
    }

    @Override
    public String toString() {
        TaskRef holder = owner();
        return "Lock[" + (holder == null ? "free" : "held by task '" + holder.name() + "'") + "]";
    }
}
