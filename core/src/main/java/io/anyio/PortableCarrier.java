package io.anyio;

import io.anyio.spi.Carrier;
import io.anyio.spi.LoopDriver;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
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
            MethodHandles.lookup(), "cutShort", VarHandle.class, PortableCarrier.class, Task.class);

    /** How long a task that has been given its turn may not begin it before something is done about it. */
    private static final long STALLED_NANOS = 500_000_000;

    private @Nullable Task passedTo; // has a turn that it has not begun; owner of PASSING, the watchdog reads it
    private volatile @Nullable Task cutShort; // tasks that could not be woken or started; the watchdog does it

    PortableCarrier(Run run, int index, LoopDriver driver) {
        super(run, index, driver);
    }

    @Override
    Thread newThread(Task task) {
        return Thread.ofVirtual().name(task.name()).unstarted(task::body);
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

    @Override
    void ready(Task task) {
        StackRoom.requireToPassOn(task.number()); // or the turn could be lost halfway
        ready.push(task);
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
            holder = null;
        } while (ready.hasReady() && HOLDER.compareAndSet(this, null, PASSING));
        run().loopIdle();
        driver().onIdle();
    }

    private boolean grantNext() {
        for (Task next = ready.poll(); next != null; next = ready.poll()) {
            try {
                passedTo = next;
                next.grantTurn();
                return true;
            } catch (Throwable notSubmitted) { // no heap or stack, or the JDK's scheduler could not grow its queue
                Task before;
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

    /** Wakes the tasks that have a turn, and ends those that could not be started. */
    private void catchUp() {
        Task first = (Task) CUT_SHORT.getAndSet(this, null);
        while (first != null) {
            Task task = first;
            first = task.nextReady;
            task.nextReady = null;
            if (task.hasBegun()) {
                task.grantTurn();
            } else {
                task.neverBegins();
            }
        }
    }

    @Override
    void onPark(Task task) {
        if (HOLDER.compareAndSet(this, task, PASSING)) {
            if (run().stepwise()) {
                giveBack();
            } else {
                passOn();
            }
        } else { // the turn had been lent
            VarHandle.fullFence(); // a CAS that fails is none, and others must see what this task is parked in
            run().loopIdle();
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
    boolean mayResume(Task task, @Nullable Suspension wait) {
        boolean mine = task.takeTurn();
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
        ready.push(task);
        if (holder == task) {
            onPark(task);
        } else if (run().stepwise()) {
            post(); // the turn had been lent
        } else {
            tryStartDrain();
        }
        Suspension.parkForTurn(task);
    }

    @Override
    void step(Task task) {
        if (run().stepwise() || (holder == task && slice.step())) {
            look(task);
        }
    }

    @Override
    void stepIfTimed(Task task) {
        if ((run().stepwise() || (holder == task && slice.step())) && CancelTree.hasDeadline(task.scope())) {
            look(task);
        }
    }

    @Override
    boolean sliceUsed(Task task) {
        return slice.isOver() || holder != task; // one whose turn was lent queues for the next
    }

    @Override
    boolean runs(Task task) {
        return holder == task;
    }

    @Override
    void ended(Task task) {
        onPark(task);
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

    @Override
    void inspect(Watchdog.Observation seen, long now) {
        if (cutShort != null) {
            catchUp();
        }
        if (missedDeadline() && seen.overdue(deadlines().earliest())) {
            fireDeadlines(); // the loop's thread is stuck
        }
        Task next = passedTo;
        if (holder == PASSING && next != null) {
            if (seen.unchanged(next.turnsTaken(), next, true, now) && seen.lasts(now, STALLED_NANOS)) {
                unmountParkedTasks();
                seen.clear();
            }
        } else if (holder instanceof Task task
                && task.parked() == null
                && ready.hasReady()
                && Watchdog.isWaiting(task.thread())) {
            if (seen.unchanged(task.turnsTaken(), task, true, now)) {
                lend(task);
            }
        } else if (holder == null && ready.hasReady() && !run().virtualTime() && !driver().isManuallyDriven()) {
            execute(); // a drain may have been lost for lack of memory; an extra one does no harm
        } else {
            seen.clear();
        }
    }

    /**
     * Wakes the parked tasks, which park again. A task that parked while there was no memory for its stack could not be
     * unmounted and has kept a thread of the JDK's scheduler, which may have no thread left for the task whose turn it
     * is.
     */
    private void unmountParkedTasks() {
        TaskTree.walk(run(), (task, scopes, host, groupScope) -> {
            if (task.loop() == this && (task.parked() != null || task.awaitsTurn())) {
                LockSupport.unpark(task.thread());
            }
            return true;
        });
    }

    private void lend(Task task) {
        StackTraceElement[] where = task.thread().getStackTrace();
        if (task.parked() == null && HOLDER.compareAndSet(this, task, PASSING)) {
            StallReporter.lent(task, where);
            if (run().stepwise()) {
                giveBack();
            } else {
                passOn();
            }
        }
    }
}
