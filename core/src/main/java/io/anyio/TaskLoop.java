package io.anyio;

import io.anyio.spi.LoopPort;
import io.anyio.spi.OperatorLog;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one event loop: what is ready, what is due, and the token that lets one of them run at a time.
 *
 * <p>How a task's thread runs is up to the two carriers, {@link LoopCarrier} and {@link PortableCarrier}. Common to
 * both are the deadlines, the posting of the drain, and the move to a thread of our own when the event loop has ended.
 */
abstract class TaskLoop {
    /*
     * holder   the token: whoever is in it, and nobody else, may take from the ready queue and let a task run
     * posted   a drain was given to the port and will look at the inbox before it clears this
     *
     * A drain clears `posted` and then looks at the inbox again; a producer pushes and then looks at `posted`: one of the
     * two sees the other, so nothing that is ready is left without a drain.
     *
     * One timer of the port is armed for the earliest deadline, by the loop's own thread at the end of a drain. When that
     * deadline is dropped the timer stays: it fires once for nothing, which is cheaper than to move it each time.
     */

    static final OperatorLog LOG = OperatorLog.named("io.anyio");

    private static final VarHandle POSTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "posted", VarHandle.class, TaskLoop.class, boolean.class);
    static final VarHandle HOLDER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "holder", VarHandle.class, TaskLoop.class, Object.class);
    private static final VarHandle PORT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "port", VarHandle.class, TaskLoop.class, LoopPort.class);

    private final Run run;
    private final int index;
    private final Runnable drain = this::drain;
    private final Runnable onTimer = this::onTimer;
    private final Deadlines deadlines = new Deadlines();
    final TimeSlice slice;
    final ReadyQueue ready;

    private volatile LoopPort port; // replaced once, by the fallback, when the event loop has ended
    private volatile boolean posted; // any thread
    private volatile long armedFor = Long.MAX_VALUE; // the port's thread
    volatile @Nullable Object holder; // the token
    private volatile @Nullable Thread thread; // the port's thread, as last seen by a drain
    private int selects; // task whose turn it is
    volatile long turns; // how often the port's thread came by; written by it, read by the watchdog

    TaskLoop(Run run, int index, LoopPort port) {
        this.run = run;
        this.index = index;
        this.port = port;
        this.slice = new TimeSlice(run.virtualTime());
        this.ready = new ReadyQueue(run.readyPolicy());
    }

    final Run run() {
        return run;
    }

    final int index() {
        return index;
    }

    final LoopPort port() {
        return port;
    }

    /** The port's thread, as last seen, or null before the first drain. */
    final @Nullable Thread thread() {
        return thread;
    }

    /** Numbers the selects of this loop, so that the search of the next begins elsewhere. */
    final int nextSelect() {
        return selects++;
    }

    // ---- what the carriers do ----

    /** An unstarted thread for {@code task}. */
    abstract Thread newThread(Task task);

    /** Whether threads started inside a task get the task as their scheduler. */
    abstract boolean inheritsScheduler();

    /** Makes a new task ready. */
    abstract void start(Task task);

    /** Makes a parked task ready. Any thread. */
    abstract void wake(Task task);

    /** Repeats a {@link #wake} that was cut short by a full stack or heap. Called by the watchdog. */
    abstract void wakeAgain(Task task);

    /** Takes up a task that can run. Any thread. */
    abstract void ready(Task task);

    /** The current task has just begun to run. */
    abstract void began(Task task);

    /** The current task is about to park. */
    abstract void letGo(Task task);

    /** Whether the task, back from parking, may go on; {@code wait} is null when it gave up its turn without a wait. */
    abstract boolean returned(Task task, @Nullable Suspension wait);

    /** Lets other tasks run, if there are any or the slice is used up. */
    abstract void yieldTurn(Task task);

    /** Counts a step of the current task, and looks at the clock when that is due. */
    abstract void step(Task task);

    /** {@link #step}, but without a look at the clock unless the task has a deadline. */
    abstract void stepIfTimed(Task task);

    /** Whether the slice of the current task was used up at the last look at the clock. */
    abstract boolean sliceUsed(Task task);

    /** Whether it was used up so long ago that even calls that should not yield do. */
    final boolean sliceLongUsed() {
        return slice.isLongOver();
    }

    /** Whether it is this task's turn. Any thread; what was true a moment ago. */
    abstract boolean runs(Task task);

    /** The last thing a task does. */
    abstract void ended(Task task);

    /** One visit of the port's thread: runs what the carrier runs there. */
    abstract void drain();

    /** Called by the watchdog now and then, to look for tasks or a thread that keep others waiting. */
    abstract void inspect(Watchdog.Observation seen, long now);

    // ---- posting ----

    /** Makes sure that a drain will run. Any thread. */
    final void post() {
        if (!posted && POSTED.compareAndSet(this, false, true)) {
            try {
                Watchdog.stir();
                execute();
            } catch (Throwable notPosted) {
                posted = false; // no calls here: they could overflow again
                throw notPosted;
            }
        }
    }

    /** Whether a drain is on its way that will look at the inbox. */
    final boolean isPosted() {
        return posted;
    }

    /** The running drain says that a later one must be posted again. */
    final void unpost() {
        posted = false;
    }

    /** Gives the port a drain, whatever was posted before; an extra one does no harm. */
    final void execute() {
        LoopPort to = port;
        try {
            to.execute(drain);
        } catch (RejectedExecutionException terminated) {
            failOver(to);
        }
    }

    final void executeAfterIo() {
        LoopPort to = port;
        try {
            to.executeAfterIo(drain);
        } catch (RejectedExecutionException terminated) {
            failOver(to);
        }
    }

    /** Called whenever the port's thread comes by, on that thread. */
    final void visited(Thread by) {
        if (thread != by) {
            thread = by;
        }
        long before = turns; // this thread alone writes it
        turns = before + 1;
    }

    /** Moves this loop to a thread of its own, because the event loop has ended, and tells the run. */
    final void failOver(LoopPort from) {
        moveToFallback(from, run.whenALoopEnds());
    }

    /**
     * Moves this loop to a thread of its own, because the event loop has ended or cannot carry it: with the ready tasks
     * and the deadlines, so that every task still runs to its end. There {@code first} runs before all else: here may
     * be inside a wake-up.
     */
    final void moveToFallback(LoopPort from, @Nullable Runnable first) {
        if (run.isOver()) {
            return;
        }
        var fallback = new FallbackLoop("anyio-fallback-" + index, first);
        if (PORT.compareAndSet(this, from, fallback)) {
            fallback.start();
            armedFor = Long.MAX_VALUE;
            posted = true;
            execute();
            if (run.isOver()) {
                fallback.stop(); // close() may have looked for it too early
            }
            LOG.log( // last, because an appender may wait for one of our tasks
                    Level.DEBUG,
                    () -> "The event loop of loop " + index + " runs nothing any more; its tasks go on on thread "
                            + fallback.name());
        }
    }

    /** The run is over: ends the fallback thread, if there is one. */
    final void close() {
        if (port instanceof FallbackLoop fallback) {
            fallback.stop();
        }
    }

    // ---- time ----

    final Deadlines deadlines() {
        return deadlines;
    }

    /** Adds or moves a timer. Any thread. */
    final void schedule(Deadlines.Timer timer, long time) {
        if (deadlines.add(timer, time) && !armsSoon()) {
            post(); // only the port's thread arms
        }
    }

    /** Whether the present drain ends on the port's thread, and so arms for what the current thread has just added. */
    abstract boolean armsSoon();

    /** Whether a deadline should have been met a while ago: the port's thread is late, or stuck. Any thread. */
    final boolean missedDeadline() {
        return !run.virtualTime() && deadlines.earliest() <= run.now() - Watchdog.PATIENCE_NANOS;
    }

    /** Fires what is due. Any thread. */
    final void fireDeadlines() {
        fireDeadlines(run.now());
    }

    /** Fires what is due at {@code now}: decides all of it before any task learns of it. Any thread. */
    final void fireDeadlines(long now) {
        if (deadlines.earliest() > now) {
            return;
        }
        StackRoom.require((int) (now >> 8)); // a timer that is taken out must be fired
        Deadlines.Timer first = deadlines.pollDue(now);
        Deadlines.Timer last = first;
        while (last != null) {
            last.nextDue = deadlines.pollDue(now);
            last = last.nextDue;
        }
        for (Deadlines.Timer due = first; due != null; due = due.nextDue) {
            try {
                due.fire();
            } catch (VirtualMachineError full) { // the others must still be fired
                Watchdog.catchUp = true;
            }
        }
    }

    /** The current task looks at the clock: fires what is due on this loop, and marks its own scopes that are late. */
    final void look(Task task) {
        long now = run.now();
        slice.read(now);
        fireDeadlines(now);
        if (run.hasSeveralLoops()) {
            Expiry.expireAround(task.scope(), now); // armed on the loops of other tasks, which may be busy
        }
    }

    /** Arms the port's timer when a deadline has come nearer. The port's thread only. */
    final void rearm() {
        LoopPort to = port;
        if (to instanceof FallbackLoop fallback && !fallback.isCurrentThread()) {
            execute(); // the last drain of the event loop that has ended: the timer is the fallback's by now
            return;
        }
        long earliest = deadlines.earliest();
        if (earliest < armedFor) {
            armedFor = earliest;
            try {
                to.arm(Math.max(0, earliest - run.now()), onTimer);
            } catch (RejectedExecutionException terminated) {
                failOver(to);
            } catch (Throwable noMemory) { // the watchdog meets the deadline
                armedFor = Long.MAX_VALUE;
                throw noMemory;
            }
            if (port != to) { // replaced meanwhile: what was noted above must not keep the fallback from arming
                armedFor = Long.MAX_VALUE;
                execute();
            }
        }
    }

    private void onTimer() {
        visited(Thread.currentThread());
        Watchdog.stir();
        armedFor = Long.MAX_VALUE;
        fireDeadlines();
        rearm();
    }
}
