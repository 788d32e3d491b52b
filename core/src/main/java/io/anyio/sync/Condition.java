package io.anyio.sync;

import io.anyio.Block;
import io.anyio.Checkpoints;
import io.anyio.Suspension;
import io.anyio.TaskRef;
import io.anyio.ValueBlock;
import io.anyio.WaitQueue;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets tasks wait, under a lock, until another task says that something has changed. AnyIO: {@code Condition}.
 *
 * <pre>{@code
 * Item item = condition.call(() -> condition.awaitFor(items::poll));   // one task
 *
 * condition.run(() -> {                                                // another
 *     items.add(item);
 *     condition.signal();
 * });
 * }</pre>
 *
 * <p>It is called {@code signal}, because every Java object has a {@code notify()} of its own that does something else.
 * Can be made anywhere, also outside of a run; can be shared by tasks of several loops.
 */
public final class Condition {
    /*
     * Tasks stand in `waiters` while the lock is theirs to give, and whoever signals holds it too: so nobody joins the
     * queue in the middle of a signal. A task that was claimed returns normally, whatever is cancelled meanwhile, and can
     * act on the signal; one that was aborted is passed over. So a signal is lost only to a predicate that throws, and
     * awaitFor() hands that one on.
     */

    private static final String WAIT = "wait for a condition";

    private final WaitQueue waiters = WaitQueue.create();
    private final Lock lock;

    private Condition(Lock lock) {
        this.lock = lock;
    }

    /** A condition with a lock of its own. */
    public static Condition create() {
        return new Condition(Lock.create());
    }

    /** A condition under {@code lock}, which others may use too, directly or by other conditions. */
    public static Condition create(Lock lock) {
        return new Condition(Objects.requireNonNull(lock, "lock"));
    }

    /** Takes the lock: {@link Lock#acquire}. A checkpoint. */
    public void acquire() {
        lock.acquire();
    }

    /** Takes the lock if it is free: {@link Lock#acquireNow}. Not a checkpoint. */
    public void acquireNow() {
        lock.acquireNow();
    }

    /** Releases the lock: {@link Lock#release}. Not a checkpoint. */
    public void release() {
        lock.release();
    }

    /** Whether a task holds the lock. Any thread. */
    public boolean isLocked() {
        return lock.isLocked();
    }

    /** Runs {@code body} with the lock: {@link Lock#run}. AnyIO: {@code async with condition}. */
    public <X extends Exception> void run(Block<X> body) throws X {
        lock.run(body);
    }

    /** {@link #run} for a body that gives a value. */
    public <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> body) throws X {
        return lock.call(body);
    }

    /**
     * Releases the lock, waits for a signal, and takes the lock again, before it returns or throws and whatever is
     * cancelled. A checkpoint. A task that was signalled returns, even if it is cancelled before it runs again. AnyIO:
     * {@code wait}.
     *
     * @throws io.anyio.Cancelled in a cancelled scope; the lock is held
     * @throws io.anyio.NoEventLoopException when not called by a task
     * @throws IllegalStateException when the current task does not hold the lock
     */
    public void await() {
        Checkpoints.ifCancelled(WAIT);
        lock.requireHeld("wait for a condition under a lock");
        var wait = Suspension.create("Condition.await");
        waiters.enter();
        try {
            waiters.add(wait);
        } finally {
            waiters.leave();
        }
        lock.release();
        try {
            waiters.await(wait);
        } finally {
            lock.acquireShielded();
        }
    }

    /**
     * Waits, as {@link #await}, until {@code predicate} gives something else than null or false, and gives that. The
     * predicate runs at once, and again after each signal. A checkpoint when it has to wait: with a predicate that is
     * satisfied at once it returns also in a cancelled scope, as in AnyIO. AnyIO: {@code wait_for}.
     *
     * @throws io.anyio.Cancelled when it has to wait in a cancelled scope; the lock is held
     * @throws io.anyio.NoEventLoopException when not called by a task
     * @throws IllegalStateException when it has to wait and the current task does not hold the lock
     */
    public <T> T awaitFor(Supplier<? extends @Nullable T> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        TaskRef.current(WAIT);
        T result = predicate.get();
        while (result == null || Boolean.FALSE.equals(result)) {
            await();
            result = afterSignal(predicate);
        }
        return result;
    }

    private <T> @Nullable T afterSignal(Supplier<? extends @Nullable T> predicate) {
        boolean used = false;
        try {
            T result = predicate.get();
            used = true;
            return result;
        } finally {
            if (!used) {
                wakeFirst();
            }
        }
    }

    /** {@link #signal(int)} for one task. AnyIO: {@code notify}. */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the {@code tasks} that have waited longest, or all when there are fewer; they go on when they get the lock.
     * Not a checkpoint. AnyIO: {@code notify(n)}.
     *
     * @throws IllegalStateException when the current task does not hold the lock
     * @throws IllegalArgumentException for a negative number
     */
    public void signal(int tasks) {
        if (tasks < 0) {
            throw new IllegalArgumentException("Cannot wake " + tasks + " tasks");
        }
        lock.requireHeld("signal a condition under a lock");
        int left = tasks;
        while (left > 0 && wakeFirst()) {
            left--;
        }
    }

    /**
     * Wakes all tasks that wait; they go on one after the other when they get the lock. Not a checkpoint. AnyIO:
     * {@code notify_all}.
     *
     * @throws IllegalStateException when the current task does not hold the lock
     */
    public void signalAll() {
        lock.requireHeld("signal a condition under a lock");
        waiters.wakeAll();
    }

    private boolean wakeFirst() {
        Suspension first;
        waiters.enter();
        try {
            first = waiters.claimFirst();
        } finally {
            waiters.leave();
        }
        if (first != null) {
            first.wake();
        }
        return first != null;
    }

    /** How many tasks wait for a signal, and the state of the lock. Any thread. */
    public ConditionStatistics statistics() {
        int waiting;
        waiters.enter();
        try {
            waiting = waiters.size();
        } finally {
            waiters.leave();
        }
        return new ConditionStatistics(waiting, lock.statistics());
    }

    @Override
    public String toString() {
        return "Condition[" + lock + "]";
    }
}
