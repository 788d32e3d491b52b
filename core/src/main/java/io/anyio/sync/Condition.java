package io.anyio.sync;

import io.anyio.Block;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.TaskRef;
import io.anyio.lowlevel.WaitQueue;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition variable: tasks wait under a lock until another task signals a change. AnyIO: {@code Condition}.
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
 * <p>The method is called {@code signal} because every Java object has a {@code notify()} with another meaning.
 * Conditions can be made anywhere, also outside of a run, and shared by tasks of several loops.
 */
public final class Condition {
    /*
     * A task joins `waiters` while it holds the lock, and a signalling task holds it too, so no task joins the queue in
     * the middle of a signal. A task that was claimed returns normally, even if it is cancelled afterwards, and can act
     * on the signal; an aborted task is passed over. So a signal can be lost only to a predicate that throws, and
     * awaitFor() passes that signal on.
     */

    private static final String WAIT = "wait for a condition";

    private final WaitQueue waiters = WaitQueue.create();
    private final Lock lock;

    private Condition(Lock lock) {
        this.lock = lock;
    }

    /** Returns a condition with a new lock. */
    public static Condition create() {
        return new Condition(Lock.create());
    }

    /** Returns a condition under {@code lock}. The lock may also be used directly and by other conditions. */
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

    /** Whether a task holds the lock. May be called from any thread. */
    public boolean isLocked() {
        return lock.isLocked();
    }

    /** Runs {@code body} with the lock: {@link Lock#run}. AnyIO: {@code async with condition}. */
    public <X extends Exception> void run(Block<X> body) throws X {
        lock.run(body);
    }

    /** Runs a {@code body} that returns a value; see {@link #run}. */
    public <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> body) throws X {
        return lock.call(body);
    }

    /**
     * Releases the lock, waits for a signal, and retakes the lock before it returns or throws, even in a cancelled
     * scope. A checkpoint. A signalled task returns, even if it is cancelled before it runs again. AnyIO: {@code wait}.
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
     * Waits, as {@link #await}, until {@code predicate} returns something other than null or false, and returns that.
     * The predicate runs immediately, and again after each signal. A checkpoint if it has to wait; if the predicate is
     * satisfied immediately, it returns also in a cancelled scope, as in AnyIO. AnyIO: {@code wait_for}.
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

    /** Wakes the task that has waited longest; see {@link #signal(int)}. AnyIO: {@code notify}. */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the {@code tasks} tasks that have waited longest, or all if fewer wait. They continue when they get the
     * lock. Not a checkpoint. AnyIO: {@code notify(n)}.
     *
     * @throws IllegalStateException when the current task does not hold the lock
     * @throws IllegalArgumentException for a negative number
     */
    public void signal(int tasks) {
        if (tasks < 0) {
            throw new IllegalArgumentException("The number of tasks to wake must be at least 0, not " + tasks);
        }
        lock.requireHeld("signal a condition under a lock");
        int left = tasks;
        while (left > 0 && wakeFirst()) {
            left--;
        }
    }

    /**
     * Wakes all waiting tasks. They continue one after the other as they get the lock. Not a checkpoint. AnyIO:
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

    /** Returns the number of tasks that wait for a signal, and the state of the lock. May be called from any thread. */
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
