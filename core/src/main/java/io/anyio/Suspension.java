package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one task: the only place where a task parks, and the only place where it learns that it has been
 * cancelled. For implementers of primitives and backends; everybody else uses what is built on it.
 *
 * <pre>{@code
 * var wait = Suspension.create("receive");
 * waiters.add(wait);             // from here on anybody may call wait.resume()
 * try {
 *     wait.await();              // a checkpoint
 * } catch (Cancelled c) {
 *     waiters.remove(wait);      // not resumed, and never will be
 *     throw c;
 * }
 * }</pre>
 *
 * A suspension ends exactly once: <em>resumed</em> by whoever grants what the task waits for, or <em>aborted</em> by a
 * cancellation. Whichever comes first wins, and both sides know at once: {@link #resume} returns false after an abort,
 * and a task that was resumed returns normally from {@link #await} even if it is cancelled before it runs again.
 */
public final class Suspension {
    /*
     *            claim()                    claim() + wake()
     *   NEW ───────────────▶ RESUMED ◀────────────────────── PARKED
     *    │                                                      ▲ │
     *    │ await() or a canceller finds the scope cancelled     │ │ a canceller
     *    ├───────────────▶ ABORTED ◀────────────────────────────┼─┘
     *    └── await() parks ─────────────────────────────────────┘
     *
     * Every arrow is one CAS. A task publishes its suspension in Task.waiting before it looks at its scopes; a canceller
     * marks the scope before it looks at Task.waiting: one of the two sees the other.
     */

    private static final int NEW = 0;
    private static final int PARKED = 1;
    private static final int RESUMED = 2;
    private static final int ABORTED = 3;

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Suspension.class, int.class);

    private final Task task;
    private final String what;
    private volatile int state;
    private boolean parkedWhenClaimed; // set by the one claimer, read by it in wake()

    @Nullable
    Suspension next; // guarded by the queue it stands in

    @Nullable
    Suspension prev; // guarded by the queue it stands in

    @Nullable
    WaitQueue queue; // guarded by the queue it stands in

    private Suspension(Task task, String what) {
        this.task = task;
        this.what = what;
    }

    /**
     * A wait of the current task that has not begun.
     *
     * @param what the verb the task is in, for error messages and diagnosis
     * @throws NoEventLoopException when not called by a task
     */
    public static Suspension create(String what) {
        return new Suspension(Task.require(what), what);
    }

    static Suspension of(Task task, String what) {
        return new Suspension(task, what);
    }

    /**
     * Ends the wait. Any thread may call, before, during or after {@link #await}; never blocks.
     *
     * @return whether this call ended it; false when it was resumed or aborted before
     */
    public boolean resume() {
        if (!claim()) {
            return false;
        }
        wake();
        return true;
    }

    /**
     * The first half of {@link #resume}: decides that the wait ends well, without letting the task run yet. Whoever
     * gets true must call {@link #wake} soon, after leaving its critical section.
     */
    public boolean claim() {
        int seen = state;
        while (seen < RESUMED) {
            if (STATE.compareAndSet(this, seen, RESUMED)) {
                parkedWhenClaimed = seen == PARKED;
                return true;
            }
            seen = state;
        }
        return false;
    }

    /** The second half of {@link #resume}, for whoever got true from {@link #claim}. */
    public void wake() {
        if (parkedWhenClaimed) {
            task.loop().wake(task);
        }
    }

    /** Whether the wait can still be resumed. */
    public boolean isPending() {
        return state < RESUMED;
    }

    /** Whether it was resumed, or at least claimed: the task has got, or will get, what it waits for. */
    public boolean isResumed() {
        return state == RESUMED;
    }

    /** The task that waits. */
    public TaskRef owner() {
        return task;
    }

    /** The number of the loop that the waiting task belongs to. */
    public int loop() {
        return task.loop().index();
    }

    /**
     * Waits until resumed. A checkpoint; returns at once, without letting others run, when already resumed.
     *
     * @throws Cancelled when the task stands in a cancelled scope before it was resumed; it cannot be resumed any more
     * @throws IllegalStateException when called by another task than the one that created it
     */
    public void await() {
        Task me = own();
        me.waiting(this);
        try {
            if (CancelTree.isCancelled(me.scope()) && STATE.compareAndSet(this, NEW, ABORTED)) {
                throw me.cancelled();
            }
            park();
            if (state == ABORTED) {
                throw me.cancelled();
            }
        } finally {
            me.waiting(null);
        }
    }

    /** Waits until resumed, whatever is cancelled meanwhile. Not a checkpoint. For clean-up that must be waited for. */
    public void awaitShielded() {
        own();
        park();
    }

    private void park() {
        if (STATE.compareAndSet(this, NEW, PARKED)) {
            TaskLoop loop = task.loop();
            task.parked(this);
            loop.letGo(task);
            parkUntilReturned(loop, task, this);
            task.parked(null);
        }
    }

    /** Parks a task that has given up its turn without waiting for anything, until it gets the next one. */
    static void parkForTurn(Task task) {
        parkUntilReturned(task.loop(), task, null);
    }

    private static void parkUntilReturned(TaskLoop loop, Task task, @Nullable Suspension wait) {
        // a set interrupt status would make park() return at once: it is put aside and given back
        boolean interrupted = Thread.interrupted();
        while (!loop.returned(task, wait)) {
            LockSupport.park();
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the task must still stay parked. */
    boolean holds() {
        return state == PARKED;
    }

    /** Ends the wait for a cancellation, if it has not ended; any thread. */
    void abort() {
        if (STATE.compareAndSet(this, PARKED, ABORTED)) {
            task.loop().wake(task);
        } else if (!STATE.compareAndSet(this, NEW, ABORTED) && STATE.compareAndSet(this, PARKED, ABORTED)) {
            task.loop().wake(task); // it parked between the two looks
        }
    }

    Task task() {
        return task;
    }

    String what() {
        return what;
    }

    private Task own() {
        Task current = Task.currentOrNull();
        if (current != task) {
            throw new IllegalStateException(
                    "Only task '" + task.name() + "', which created this suspension, may wait in it"
                            + Optional.ofNullable(current)
                                    .map(other -> "; this is task '" + other.name() + "'")
                                    .orElse(""));
        }
        return task;
    }

    @Override
    public String toString() {
        int seen = state;
        String word = seen == NEW ? "new" : seen == PARKED ? "parked" : seen == RESUMED ? "resumed" : "aborted";
        return "Suspension[" + what + " of task '" + task.name() + "', " + word + "]";
    }
}
