package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one task. A task parks only in a suspension, and a cancellation ends its wait only there. For
 * implementers of primitives and backends; other code uses the primitives built on it.
 *
 * <pre>{@code
 * var wait = Suspension.create("receive");
 * waiters.add(wait);             // from here on any thread may call wait.resume()
 * try {
 *     wait.await();              // a checkpoint
 * } catch (Cancelled c) {
 *     waiters.remove(wait);      // not resumed, and never will be
 *     throw c;
 * }
 * }</pre>
 *
 * A suspension ends exactly once: it is <em>resumed</em> by the code that grants what the task waits for, or
 * <em>aborted</em> by a cancellation. The first of the two takes effect, and both sides know it immediately:
 * {@link #resume} returns false after an abort, and a task that was resumed returns normally from {@link #await} even
 * if it is cancelled before it runs again.
 *
 * <p>AnyIO has no counterpart; the closest is trio's {@code lowlevel.wait_task_rescheduled}.
 */
public final class Suspension {
    /*
     *            claim()                    claim() + wake()
     *   NEW ───────────────▶ RESUMED ◀────────────────────── PARKED
     *    │                                                      ▲ │
     *    │ a canceller                                          │ │ a canceller, or await() itself
     *    ├───────────────▶ ABORTED ◀────────────────────────────┼─┘ finds the scope cancelled
     *    └── await() ───────────────────────────────────────────┘
     *
     * With foreign code inside, which a canceller interrupts instead of waking the task:
     *
     *   NEW ──beginCall()──▶ CALLING ──endCall()──▶ RESUMED
     *                           └── a canceller ──▶ INTERRUPTING ──it has interrupted──▶ ABORTED
     *
     * Once endCall() has won, no interrupt comes; if it has lost, it waits for the one that is under way, so that none
     * comes later either.
     *
     * Every arrow is one CAS. A task publishes its suspension in Task.waiting, takes the arrow to PARKED, and then
     * reads the marks of its scopes; a canceller marks the scope before it reads Task.waiting. At least one of the two
     * sees the other. The CAS keeps the reading after the publishing; a separate fence for Task.waiting would be a
     * second one. A thread that ends the wait between that CAS and the parking wakes a task that is still awake; the
     * task then parks and returns immediately.
     *
     * A wait in several queues has a branch in each of them: a suspension that shares the state of its trunk, so one
     * CAS decides for all queues. FIRST_BRANCH + i is the state after a resume through branch i. The task thus knows
     * the branch as soon as it knows that it was resumed.
     */

    private static final int NEW = 0;
    private static final int PARKED = 1;
    private static final int RESUMED = 2;
    private static final int ABORTED = 3;
    private static final int CALLING = 4;
    private static final int INTERRUPTING = 5;
    private static final int FIRST_BRANCH = 6;

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Suspension.class, int.class);

    private final Task task;
    private final String what;
    private final Suspension trunk; // this, or the wait that this is a branch of
    private final int resumed; // the state that a claim leads to
    private final @Nullable Predicate<Thread> endedBy; // which thread must end it, if only one can
    private volatile @Nullable String refusal; // set by the watchdog before it aborts
    private volatile int state; // of the trunk
    private volatile boolean wakeCutShort; // set by the thread that ended the wait, cleared by the watchdog
    private boolean parkedWhenClaimed; // set by the one claimer, read by it in wake()
    private boolean interruptedBefore; // set by the one who interrupts, read by the task in wasInterruptedBefore()

    @Nullable
    Suspension next; // guarded by the queue it stands in

    @Nullable
    Suspension prev; // guarded by the queue it stands in

    @Nullable
    WaitQueue queue; // guarded by the queue it stands in

    private Suspension(Task task, String what, @Nullable Predicate<Thread> endedBy) {
        this.task = task;
        this.what = what;
        this.endedBy = endedBy;
        this.trunk = this;
        this.resumed = RESUMED;
    }

    private Suspension(Suspension trunk, int number) {
        this.task = trunk.task;
        this.what = trunk.what;
        this.trunk = trunk;
        this.resumed = FIRST_BRANCH + number;
        this.endedBy = trunk.endedBy;
    }

    /**
     * Creates a wait of the current task, which has not begun.
     *
     * @param what the operation of the task, as a verb, for messages and diagnosis
     * @throws NoEventLoopException when not called by a task
     * @throws StackOverflowError when there is too little room on the stack to wait
     */
    public static Suspension create(String what) {
        return begin(Task.require(what), what);
    }

    /**
     * Like {@link #create(String)}, for a wait that only one thread can end, such as a wait for I/O that an event
     * loop's thread performs. If the waiting task is pinned to that very thread, by a class initializer or a native
     * method, the wait throws {@link IllegalStateException} instead of lasting forever.
     *
     * @param endedBy returns whether its argument is that thread
     */
    public static Suspension create(String what, Predicate<Thread> endedBy) {
        Task task = Task.require(what);
        task.prepareToWait();
        return new Suspension(task, what, Objects.requireNonNull(endedBy, "endedBy"));
    }

    static Suspension of(Task task, String what) {
        return new Suspension(task, what, null);
    }

    /** {@link #create(String)} for the current task. */
    static Suspension begin(Task task, String what) {
        task.prepareToWait();
        return of(task, what);
    }

    /**
     * Creates a branch of this wait for one more queue. A resume through any branch ends the wait for all of them. Only
     * the trunk can be awaited.
     *
     * @param number the number of the branch, from 0, as {@link #branchTaken} returns it
     */
    Suspension branch(int number) {
        return new Suspension(this, number);
    }

    /** The number of the branch through which this wait was resumed. */
    int branchTaken() {
        return state - FIRST_BRANCH;
    }

    /**
     * Ends the wait. May be called from any thread, before, during or after {@link #await}; never blocks.
     *
     * @return true when this call ended the wait; false when it was resumed or aborted before
     */
    public boolean resume() {
        if (!claim()) {
            return false;
        }
        wake();
        return true;
    }

    /**
     * The first half of {@link #resume}: decides that the wait is resumed, without letting the task run yet. If this
     * method returns true, the caller must call {@link #wake} soon, after leaving its critical section.
     */
    public boolean claim() {
        StackRoom.requireForSection(); // for wake()
        int seen = trunk.state;
        while (seen < RESUMED) {
            if (STATE.compareAndSet(trunk, seen, resumed)) {
                parkedWhenClaimed = seen == PARKED;
                return true;
            }
            seen = trunk.state;
        }
        return false;
    }

    /** The second half of {@link #resume}. Must be called after {@link #claim} has returned true. */
    public void wake() {
        if (parkedWhenClaimed) {
            release();
        }
    }

    /** Lets the task run again, which no longer counts as suspended: it may take a while until it really runs. */
    private void release() {
        try {
            task.run().taskParked(false);
            task.loop().wake(task);
        } catch (VirtualMachineError full) { // the stack or the heap
            wakeCutShort = true; // no calls here: they could fail again
            Watchdog.catchUp = true;
        }
    }

    /** Wakes the task if that was cut short by a full stack or heap. Called by the watchdog. */
    void catchUp() {
        if (wakeCutShort) {
            wakeCutShort = false;
            task.loop().wakeAgain(task);
        }
    }

    /** Returns whether the wait can still be resumed. */
    public boolean isPending() {
        return trunk.state < RESUMED;
    }

    /** Returns whether it has not been resumed: the task waits, or was cancelled and has not left the queue yet. */
    public boolean isWaiting() {
        int seen = trunk.state;
        return seen != RESUMED && seen < FIRST_BRANCH;
    }

    /** Returns whether it was resumed or claimed through this branch: the task gets what it waits for in this queue. */
    public boolean isResumed() {
        return trunk.state == resumed;
    }

    /** Returns the task that waits. */
    public TaskRef owner() {
        return task;
    }

    /** Returns the number of the loop to which the waiting task belongs. */
    public int loop() {
        return task.loop().index();
    }

    /**
     * Waits until resumed. A checkpoint. If already resumed, returns immediately without letting other tasks run.
     *
     * @throws Cancelled when the task is cancelled before it was resumed; the wait cannot be resumed any more
     * @throws IllegalStateException when called by a task other than the one that created it
     * @throws StackOverflowError when the stack is too deep to unmount the thread; the wait cannot be resumed any more
     */
    public void await() {
        Task me = own();
        Suspension around = me.waiting();
        me.setWaiting(this);
        try {
            if (STATE.compareAndSet(this, NEW, PARKED)
                    && !(CancelTree.isCancelled(me.scope()) && STATE.compareAndSet(this, PARKED, ABORTED))) {
                park();
            }
            if (state == ABORTED) {
                throwIfRefused();
                throw me.cancelled();
            }
        } finally {
            over(me, around);
        }
    }

    /** Restores the outer wait, if this wait was made by foreign code inside {@link #beginCall}. */
    private static void over(Task me, @Nullable Suspension around) {
        me.setWaiting(around);
        if (around != null) {
            VarHandle.fullFence(); // as in await(), where the CAS is one
            if (CancelTree.isCancelled(me.scope())) {
                around.abort(); // a thread that cancelled meanwhile has not seen it
            }
        }
    }

    /** Waits until resumed. A cancellation does not end the wait. Not a checkpoint. For clean-up that must complete. */
    public void awaitShielded() {
        own();
        if (STATE.compareAndSet(this, NEW, PARKED)) {
            park();
            if (state == ABORTED) {
                throwIfRefused();
            }
        }
    }

    /** Whether only {@code thread} can end it. */
    boolean isFor(Thread thread) {
        return endedBy != null && endedBy.test(thread);
    }

    /** Ends the wait with an exception: it could not end otherwise. */
    void refuse(String message) {
        refusal = message;
        abort();
    }

    private void throwIfRefused() {
        String message = refusal;
        if (message != null) {
            throw new IllegalStateException(message);
        }
    }

    /**
     * Parks until the wait has ended. If the thread cannot be parked because its stack is too deep, aborts the wait and
     * throws the error, unless the wait was resumed at that moment.
     */
    private void park() {
        TaskLoop loop = task.loop();
        task.markWait();
        task.setParked(this);
        loop.onPark(task);
        Throwable failure = parkUntilReturned(loop, task, this);
        task.setParked(null);
        if (state == ABORTED) {
            Unchecked.rethrow(failure);
        }
    }

    /** Parks a task that has given up its turn without waiting for anything, until it gets the next one. */
    static void parkForTurn(Task task) {
        task.setAwaitsTurn(true);
        var _ = parkUntilReturned(task.loop(), task, null); // it has its turn, even if it could not park
        task.setAwaitsTurn(false);
    }

    /** Returns the error that prevented the thread from parking, or null. */
    private static @Nullable Throwable parkUntilReturned(TaskLoop loop, Task task, @Nullable Suspension wait) {
        // a set interrupt status would make park() return immediately: it is cleared and restored
        boolean interrupted = Thread.interrupted();
        Throwable failure = null;
        while (!loop.mayResume(task, wait)) {
            if (failure != null) {
                Thread.onSpinWait(); // until the turn comes
                continue;
            }
            try {
                LockSupport.park();
            } catch (Throwable cannotPark) {
                failure = cannotPark;
                if (wait != null) {
                    wait.abort();
                }
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return failure;
    }

    // ---- foreign code ----

    /**
     * Begins foreign code, which a cancellation interrupts, until {@link #endCall}. Returns the argument of that call.
     *
     * @throws Cancelled when the task is in a cancelled scope already
     */
    @Nullable
    Suspension beginCall() {
        Task me = own();
        Suspension around = me.waiting();
        me.setWaiting(this);
        VarHandle.fullFence(); // as in await(), where the CAS is one
        if (CancelTree.isCancelled(me.scope()) || !STATE.compareAndSet(this, NEW, CALLING)) {
            over(me, around);
            throw me.cancelled();
        }
        return around;
    }

    /** Ends the foreign code. Returns whether a cancellation has interrupted it; no interrupt comes afterwards. */
    boolean endCall(@Nullable Suspension around) {
        boolean aborted = !STATE.compareAndSet(this, CALLING, RESUMED);
        while (state == INTERRUPTING) {
            Thread.onSpinWait();
        }
        over(task, around);
        return aborted;
    }

    /** Returns whether other code had interrupted the task when a cancellation interrupted it. */
    boolean wasInterruptedBefore() {
        return interruptedBefore;
    }

    private void interrupt() {
        Thread thread = task.thread();
        interruptedBefore = thread.isInterrupted();
        thread.interrupt();
        state = ABORTED;
    }

    /** Whether the task must still stay parked. */
    boolean isParked() {
        return state == PARKED;
    }

    /** Aborts the wait for a cancellation, if it has not ended. Any thread. */
    void abort() {
        for (int seen = state; seen <= PARKED || seen == CALLING; seen = state) {
            if (STATE.compareAndSet(this, seen, seen == CALLING ? INTERRUPTING : ABORTED)) {
                if (seen == PARKED) {
                    release();
                } else if (seen == CALLING) {
                    interrupt();
                }
                return;
            }
        }
    }

    Task task() {
        return task;
    }

    String what() {
        return what;
    }

    private Task own() {
        if (trunk != this) {
            throw new IllegalStateException("A branch of a suspension cannot be awaited, only the suspension itself");
        }
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
        String word = switch (trunk.state) {
            case NEW -> "new";
            case PARKED -> "parked";
            case CALLING -> "calling";
            case ABORTED, INTERRUPTING -> "aborted";
            default -> "resumed";
        };
        return "Suspension[" + what + " of task '" + task.name() + "', " + word + "]";
    }
}
