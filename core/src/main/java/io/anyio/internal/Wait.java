package io.anyio.internal;

import io.anyio.Cancelled;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one task. A task parks only in here, and a cancellation ends its wait only here. Public code uses it as a
 * {@code Suspension}, whose documentation says what the methods do.
 */
public final class Wait {
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

    private static final VarHandle STATE =
            ConstantBootstraps.fieldVarHandle(MethodHandles.lookup(), "state", VarHandle.class, Wait.class, int.class);

    private final Task task;
    private final String what;
    private final Wait trunk; // this, or the wait that this is a branch of
    private final int resumed; // the state that a claim leads to
    private final @Nullable Predicate<Thread> endedBy; // which thread must end it, if only one can
    private volatile @Nullable String refusal; // set by the watchdog before it aborts
    private volatile int state; // of the trunk
    private volatile boolean wakeCutShort; // set by the thread that ended the wait, cleared by the watchdog
    private boolean parkedWhenClaimed; // set by the one claimer, read by it in wake()
    private @Nullable CancelCause why; // set by cancellers before they abort; each of their causes applies to the task
    private boolean interruptedBefore; // set by the interrupting thread, read by the task in wasInterruptedBefore()

    @Nullable
    Wait next; // guarded by the queue it stands in

    @Nullable
    Wait prev; // guarded by the queue it stands in

    @Nullable
    Object queue; // guarded by the queue it stands in

    private @Nullable Object face; // set before the wait is published

    private Wait(Task task, String what, @Nullable Predicate<Thread> endedBy) {
        this.task = task;
        this.what = what;
        this.endedBy = endedBy;
        this.trunk = this;
        this.resumed = RESUMED;
    }

    private Wait(Wait trunk, int number) {
        this.task = trunk.task;
        this.what = trunk.what;
        this.trunk = trunk;
        this.resumed = FIRST_BRANCH + number;
        this.endedBy = trunk.endedBy;
    }

    static Wait of(Task task, String what) {
        return new Wait(task, what, null);
    }

    /**
     * Creates a wait of {@code task}, the current task, which has not begun.
     *
     * @throws StackOverflowError when there is too little room on the stack to wait
     */
    public static Wait begin(Task task, String what) {
        task.prepareToWait();
        return of(task, what);
    }

    /** Like {@link #begin(Task, String)}, for a wait that only a thread can end for which {@code endedBy} is true. */
    public static Wait begin(Task task, String what, Predicate<Thread> endedBy) {
        task.prepareToWait();
        return new Wait(task, what, endedBy);
    }

    /** Returns the object that stands for this wait in public code, or null. */
    public @Nullable Object face() {
        return face;
    }

    public void setFace(Object standsForThis) {
        face = standsForThis;
    }

    /**
     * Creates a branch of this wait for one more queue. A resume through any branch ends the wait for all of them. Only
     * the trunk can be awaited.
     *
     * @param number the number of the branch, from 0, as {@link #branchTaken} returns it
     */
    public Wait branch(int number) {
        return new Wait(this, number);
    }

    /** The number of the branch through which this wait was resumed. */
    public int branchTaken() {
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

    public void await() {
        Task me = own();
        Wait around = me.waiting();
        me.setWaiting(this);
        try {
            if (STATE.compareAndSet(this, NEW, PARKED)
                    && !(CancelTree.isCancelled(me.scope())
                            && findsWhy(me)
                            && STATE.compareAndSet(this, PARKED, ABORTED))) {
                park();
            }
            if (state == ABORTED) {
                throwIfRefused();
                throw cancelled();
            }
        } finally {
            over(me, around);
        }
    }

    /** Notes why the task is cancelled. Returns false if it is not any more, because a shield was raised meanwhile. */
    private boolean findsWhy(Task me) {
        CancelCause cause = CancelTree.cause(me.scope());
        if (cause != null && why == null) {
            why = cause;
        }
        return cause != null;
    }

    /** Restores the outer wait, if this wait was made by foreign code inside {@link #beginCall}. */
    private static void over(Task me, @Nullable Wait around) {
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
        EngineTrace trace = task.run().trace();
        Object traced = Tracing.suspends(trace);
        task.markWait();
        task.setParked(this);
        loop.onPark(task);
        Throwable failure = parkUntilReturned(loop, task, this);
        task.setParked(null);
        boolean aborted = state == ABORTED;
        Tracing.continues(trace, task, what, traced, aborted);
        if (aborted) {
            Unchecked.rethrow(failure);
        }
    }

    /** Parks a task that has given up its turn without waiting for anything, until it gets the next one. */
    static void parkForTurn(Task task) {
        task.carried().setAwaitsTurn(true);
        var _ = parkUntilReturned(task.loop(), task, null); // it has its turn, even if it could not park
        task.carried().setAwaitsTurn(false);
    }

    /** Returns the error that prevented the thread from parking, or null. */
    private static @Nullable Throwable parkUntilReturned(TaskLoop loop, Task task, @Nullable Wait wait) {
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
    public @Nullable Wait beginCall() {
        Task me = own();
        Wait around = me.waiting();
        me.setWaiting(this);
        VarHandle.fullFence(); // as in await(), where the CAS is one
        if (CancelTree.isCancelled(me.scope()) || !STATE.compareAndSet(this, NEW, CALLING)) {
            over(me, around);
            throw cancelled();
        }
        return around;
    }

    /** Ends the foreign code. Returns whether a cancellation has interrupted it; no interrupt comes afterwards. */
    public boolean endCall(@Nullable Wait around) {
        boolean aborted = !STATE.compareAndSet(this, CALLING, RESUMED);
        while (state == INTERRUPTING) {
            Thread.onSpinWait();
        }
        over(task, around);
        return aborted;
    }

    /** Returns whether other code had interrupted the task when a cancellation interrupted it. */
    public boolean wasInterruptedBefore() {
        return interruptedBefore;
    }

    private void interrupt() {
        Thread thread = task.thread();
        interruptedBefore = thread.isInterrupted();
        thread.interrupt();
        state = ABORTED;
    }

    /** Whether the task must still stay parked. */
    public boolean isParked() {
        return state == PARKED;
    }

    /** Aborts the wait, if it has not ended; the task finds out why it is cancelled. Any thread. */
    void abort() {
        abort(null);
    }

    /** Aborts the wait for a cancellation with this cause, if it has not ended. Any thread. */
    void abort(@Nullable CancelCause cause) {
        for (int seen = state; seen <= PARKED || seen == CALLING; seen = state) {
            if (cause != null && why == null) {
                why = cause; // first, because a task that is not parked sees the state at once
            }
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

    /**
     * Returns the exception for a wait that was aborted. It names the cancellation that has aborted it: the task may be
     * cancelled for another reason by now, or a shield may protect it.
     */
    public Cancelled cancelled() {
        return task.cancelled(why);
    }

    public Task task() {
        return task;
    }

    public String what() {
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

    /** Returns what this wait is for, of which task, and how it stands, in brackets. */
    public String describe() {
        String word = switch (trunk.state) {
            case NEW -> "new";
            case PARKED -> "parked";
            case CALLING -> "calling";
            case ABORTED, INTERRUPTING -> "aborted";
            default -> "resumed";
        };
        return "[" + what + " of task '" + task.name() + "', " + word + "]";
    }

    @Override
    public String toString() {
        return "Wait" + describe();
    }
}
