package io.anyio.internal;

import io.anyio.spi.Carrier;
import io.anyio.spi.LoopDriver;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The portable carrier, which runs tasks on the JDK's scheduler, one at a time for each loop.
 *
 * <p>The token is the turn. A task that suspends passes the turn on to the next ready task; the loop's own thread is
 * needed for timers only. A task that waits for something foreign keeps its turn until the watchdog lends it to others.
 */
final class PortableCarrier extends TaskLoop {
    /*
     * holder    null ──tryStartDrain──▶ PASSING ──it begins or is back──▶ the task ──it suspends, yields, ends──▶ PASSING
     *
     * Only the step to PASSING is contended, so it is a CAS. The thread that made the step owns the ready queue until
     * it grants a turn. The granted task becomes the holder itself, when it runs. A holder that waits can therefore
     * only wait for something foreign, however long the JDK's scheduler takes to run a task. A task whose turn was lent
     * finds that it is no longer the holder: it passes nothing on, and queues for a turn at its next suspension point.
     *
     * If the backend decides each step, a turn is released instead of passed on, and each drain grants it to one task.
     */

    private static final Object PASSING = new Object();

    private static final VarHandle CUT_SHORT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cutShort", VarHandle.class, PortableCarrier.class, PortableThread.class);

    private @Nullable PortableThread
            passedTo; // has a turn that it has not begun; owner of PASSING, the watchdog reads it
    private volatile @Nullable PortableThread
            cutShort; // tasks that could not be woken or started; the watchdog does it

    PortableCarrier(Run run, int index, LoopDriver driver) {
        super(run, index, driver);
    }

    @Override
    TaskThread carry(Task task) {
        return new PortableThread(task);
    }

    private static PortableThread threadOf(Task task) {
        return (PortableThread) task.carried();
    }

    @Override
    boolean inheritsScheduler() {
        return false;
    }

    @Override
    void start(Task task) {
        ready(task);
    }

    @Override
    void wake(Task task) {
        ready(task);
    }

    /** The same as {@link #wake}: a wake-up that fails has changed nothing, see {@link #ready}. */
    @Override
    void wakeAgain(Task task) {
        wake(task);
    }

    private void ready(Task task) {
        StackRoom.requireToPassOn(task.number()); // or the turn could be lost halfway
        ready.push(task.carried());
        if (run().stepwise()) {
            post();
        } else {
            tryStartDrain();
        }
        Watchdog.stir();
    }

    private void tryStartDrain() {
        if (holder == null && HOLDER.compareAndSet(this, null, PASSING)) {
            passOn();
        }
    }

    /** Grants the turn to the next task, or releases it. Called in the state {@link #PASSING}. */
    private void passOn() {
        do {
            if (grantNext()) {
                return;
            }
            if (run().virtualTime()) {
                run().loopIdle(); // before the turn is free: a simulation then moves its clock
            }
            holder = null;
        } while (ready.hasReady() && HOLDER.compareAndSet(this, null, PASSING));
        run().loopIdle(); // in real time only here: were the stack full, the turn would be lost
        driver().onIdle();
    }

    private boolean grantNext() {
        for (var next = (PortableThread) ready.poll(); next != null; next = (PortableThread) ready.poll()) {
            try {
                passedTo = next;
                counters.switches++; // before the task can pass its turn on
                next.grantTurn();
                return true;
            } catch (Throwable notSubmitted) { // no heap or stack, or the JDK's scheduler could not grow its queue
                PortableThread before;
                do {
                    before = cutShort; // which the watchdog may take at any moment
                    next.nextReady = before;
                } while (!CUT_SHORT.compareAndSet(this, before, next));
                if (next.hasBegun()) {
                    return true; // it has its turn and is woken later
                }
            }
        }
        return false;
    }

    /** Wakes the tasks that have a turn, and ends those that could not be started. Called by the watchdog. */
    void catchUp() {
        var first = (PortableThread) CUT_SHORT.getAndSet(this, null);
        while (first != null) {
            PortableThread carried = first;
            first = (PortableThread) carried.nextReady;
            carried.nextReady = null;
            if (carried.hasBegun()) {
                carried.grantTurn();
            } else {
                carried.task.neverBegins();
            }
        }
    }

    @Override
    public void onPark(Task task) {
        if (HOLDER.compareAndSet(this, task, PASSING)) {
            endTurn();
        } else { // the turn had been lent
            VarHandle.fullFence(); // a CAS that fails is none, and others must see what this task is parked in
            run().loopIdle();
        }
    }

    /** Lets the next task run, now or in the next step. Called in the state {@link #PASSING}. */
    private void endTurn() {
        if (run().stepwise()) {
            giveBack();
        } else {
            passOn();
        }
    }

    /** Ends a step and releases the turn. Called in the state {@link #PASSING}. */
    private void giveBack() {
        rearm(); // the driver's thread waits for this step, so this one may stand in for it
        if (ready.hasReady()) {
            executeAfterIo(); // before the turn is free, so that the backend never sees ready tasks and no drain
            holder = null;
        } else {
            unpost();
            run().loopIdle(); // before the turn is free, so that the backend never sees a deadlock where there is none
            holder = null;
            if (ready.hasReady()) {
                post();
            }
        }
        driver().onIdle();
    }

    @Override
    void began(Task task) {
        slice.end();
        passedTo = null;
        holder = task;
        if (Rehearsal.dueAt(this)) {
            Rehearsal.hold(Carrier.PORTABLE);
        }
    }

    @Override
    boolean mayResume(Task task, @Nullable Wait wait) {
        boolean mine = threadOf(task).takeTurn();
        if (mine) {
            slice.end();
            passedTo = null;
            holder = task;
        }
        return mine;
    }

    @Override
    void yieldTurn(Task task) {
        if (holder == task && !ready.hasReady() && !run().stepwise()) {
            if (slice.isOver()) {
                slice.end();
            }
            return;
        }
        StackRoom.requireToPassOn(task.number()); // or the turn could be lost halfway
        ready.push(task.carried());
        if (holder == task) {
            onPark(task);
        } else if (run().stepwise()) {
            post(); // the turn had been lent
        } else {
            tryStartDrain();
        }
        Wait.parkForTurn(task);
    }

    @Override
    void step(Task task) {
        if (isStepRead(task)) {
            look(task);
        }
    }

    @Override
    void stepIfTimed(Task task) {
        if (isStepRead(task) && CancelTree.hasDeadline(task.scope())) {
            look(task);
        }
    }

    private boolean isStepRead(Task task) {
        return holder == task ? slice.step() : run().stepwise();
    }

    @Override
    boolean sliceUsed(Task task) {
        return slice.isOver() || holder != task; // one whose turn was lent queues for the next
    }

    @Override
    public boolean runs(Task task) {
        return holder == task;
    }

    @Override
    void ended(Task task) {
        onPark(task);
    }

    /** Atomically: the turn may be lent at any moment, even to a task that has continued just now. */
    @Override
    void countEnd(Task task) {
        counters.endsBeside();
    }

    @Override
    boolean armsSoon() {
        return false;
    }

    @Override
    void drain() {
        visited(Thread.currentThread());
        if (!run().stepwise()) {
            unpost();
            tryStartDrain();
        } else if (HOLDER.compareAndSet(this, null, PASSING) && !grantNext()) {
            giveBack();
        }
        rearm();
    }

    // ---- called by the watchdog ----

    boolean hasTurnsCutShort() {
        return cutShort != null;
    }

    /** Returns the task that has a turn which it has not begun, or null. */
    @Nullable
    PortableThread passedTo() {
        return holder == PASSING ? passedTo : null;
    }

    /** Lends the turn of a task that waits outside of the library to the others. */
    void lend(Task task, long waitedNanos) {
        StackTraceElement[] where = task.thread().getStackTrace();
        if (task.parked() == null && HOLDER.compareAndSet(this, task, PASSING)) {
            counters.lentTurns++;
            endTurn(); // first: the report may fail
            StallReporter.lent(task, where, waitedNanos);
        }
    }
}
