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
 *
 * <p>AnyIO has no counterpart; closest is trio's {@code lowlevel.wait_task_rescheduled}.
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
     * Every arrow is one CAS. A task publishes its suspension in Task.waiting, takes the arrow to PARKED and then looks at
     * its scopes; a canceller marks the scope before it looks at Task.waiting: one of the two sees the other. It is the CAS
     * that keeps the look behind the publishing; a fence for Task.waiting of its own would be a second one. Whoever ends
     * the wait between that CAS and the parking wakes a task that is still awake, which then parks and is back at once.
     *
     * A wait that stands in several queues has a branch in each: a suspension that shares the state of its trunk, so that
     * one CAS decides for all queues. Being resumed through branch i is a state of its own, FIRST_BRANCH + i: so the task
     * knows which one it was as soon as it knows that it was resumed.
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
     * A wait of the current task that has not begun.
     *
     * @param what the verb the task is in, for error messages and diagnosis
     * @throws NoEventLoopException when not called by a task
     * @throws StackOverflowError when there is too little room on the stack to wait
     */
    public static Suspension create(String what) {
        return begin(Task.require(what), what);
    }

    /**
     * {@link #create} for a wait that only one thread can end, such as one for I/O, which an event loop's thread does.
     * If that thread turns out to be the one that the waiting task is pinned to, in a class initializer or behind a
     * native method, the wait throws {@link IllegalStateException} instead of lasting for ever.
     *
     * @param endedBy whether it is that thread
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
     * The same wait, to stand in one more queue: whoever resumes it through any branch ends it for all of them. Only
     * the trunk can be awaited.
     *
     * @param number from 0 on, as {@link #branchTaken} gives it
     */
    Suspension branch(int number) {
        return new Suspension(this, number);
    }

    /** The number of the branch through which this wait was resumed. */
    int branchTaken() {
        return state - FIRST_BRANCH;
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

    /** The second half of {@link #resume}, for whoever got true from {@link #claim}. */
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

    /** Whether the wait can still be resumed. */
    public boolean isPending() {
        return trunk.state < RESUMED;
    }

    /** Whether it has not been resumed: the task waits, or was cancelled and has not left yet. */
    public boolean isWaiting() {
        int seen = trunk.state;
        return seen != RESUMED && seen < FIRST_BRANCH;
    }

    /**
     * Whether it was resumed through this queue, or at least claimed: the task has got, or will get, what it waits for
     * here.
     */
    public boolean isResumed() {
        return trunk.state == resumed;
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
     * @throws StackOverflowError when the stack is too deep to unmount the thread; the wait cannot be resumed any more
     */
    public void await() {
        Task me = own();
        Suspension around = me.waiting();
        me.waiting(this);
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

    /** What the task waits in now: nothing, unless foreign code of {@link #beginCall} has called back. */
    private static void over(Task me, @Nullable Suspension around) {
        me.waiting(around);
        if (around != null) {
            VarHandle.fullFence(); // as in await(), where the CAS is one
            if (CancelTree.isCancelled(me.scope())) {
                around.abort(); // whoever cancelled meanwhile has not seen it
            }
        }
    }

    /** Waits until resumed, whatever is cancelled meanwhile. Not a checkpoint. For clean-up that must be waited for. */
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
        task.waits();
        task.parked(this);
        loop.letGo(task);
        Throwable failure = parkUntilReturned(loop, task, this);
        task.parked(null);
        if (state == ABORTED) {
            Unchecked.rethrow(failure);
        }
    }

    /** Parks a task that has given up its turn without waiting for anything, until it gets the next one. */
    static void parkForTurn(Task task) {
        task.awaitsTurn(true);
        var _ = parkUntilReturned(task.loop(), task, null); // it has its turn, even if it could not park
        task.awaitsTurn(false);
    }

    /** Returns the error that prevented the thread from parking, or null. */
    private static @Nullable Throwable parkUntilReturned(TaskLoop loop, Task task, @Nullable Suspension wait) {
        // a set interrupt status would make park() return at once: it is put aside and given back
        boolean interrupted = Thread.interrupted();
        Throwable failure = null;
        while (!loop.returned(task, wait)) {
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
     * Foreign code follows, which a cancellation interrupts, until {@link #endCall}. Gives what to hand over there.
     *
     * @throws Cancelled when the task stands in a cancelled scope already
     */
    @Nullable
    Suspension beginCall() {
        Task me = own();
        Suspension around = me.waiting();
        me.waiting(this);
        VarHandle.fullFence(); // as in await(), where the CAS is one
        if (CancelTree.isCancelled(me.scope()) || !STATE.compareAndSet(this, NEW, CALLING)) {
            over(me, around);
            throw me.cancelled();
        }
        return around;
    }

    /** The foreign code has ended. Whether a cancellation has interrupted it; no interrupt comes from here on. */
    boolean endCall(@Nullable Suspension around) {
        boolean aborted = !STATE.compareAndSet(this, CALLING, RESUMED);
        while (state == INTERRUPTING) {
            Thread.onSpinWait();
        }
        over(task, around);
        return aborted;
    }

    /** Whether somebody else had interrupted the task when a cancellation did. */
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
    boolean holds() {
        return state == PARKED;
    }

    /** Ends the wait for a cancellation, if it has not ended; any thread. */
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
