package io.anyio.internal;

import io.anyio.diagnostics.LoopStatistics;
import io.anyio.spi.LoopDriver;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of one event loop's tasks: ready queue, deadlines, and the token that lets one task run at a time.
 *
 * <p>The two carriers, {@link LoopCarrier} and {@link PortableCarrier}, determine how a task's thread runs. Common to
 * both are the deadlines, the posting of drains, and the move to a thread of the library when the event loop has ended.
 */
public abstract class TaskLoop {
    /*
     * holder   the token: only its holder may poll the ready queue and let a task run
     * posted   a drain was posted to the driver and will read the inbox before it clears this field
     *
     * A drain clears `posted` and then reads the inbox again; a producer pushes and then reads `posted`. At least one
     * of the two sees the other, so no ready task is left without a drain.
     *
     * One timer of the driver is armed for the earliest deadline, by the loop's own thread at the end of a drain. When
     * that deadline is removed, the timer stays armed. It then fires once without effect, which costs less than moving
     * it.
     */

    private static final VarHandle POSTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "posted", VarHandle.class, TaskLoop.class, boolean.class);
    static final VarHandle HOLDER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "holder", VarHandle.class, TaskLoop.class, Object.class);
    private static final VarHandle DRIVER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "driver", VarHandle.class, TaskLoop.class, LoopDriver.class);

    private final Run run;
    private final int index;
    private final Runnable drain = this::drain;
    private final Runnable onTimer = this::onTimer;
    private final TimerHeap deadlines = new TimerHeap();
    final TimeSlice slice;
    final ReadyQueue<TaskThread> ready;
    final LoopCounters counters = new LoopCounters();

    private volatile LoopDriver driver; // replaced once, by the fallback, when the event loop has ended
    private volatile boolean posted; // any thread
    private volatile long armedFor = Long.MAX_VALUE; // the driver's thread
    volatile @Nullable Object holder; // the token
    private volatile @Nullable Thread thread; // the driver's thread, as of the last drain
    private int selects; // task whose turn it is
    volatile long turns; // the number of visits of the driver's thread; written by it, read by the watchdog

    TaskLoop(Run run, int index, LoopDriver driver) {
        this.run = run;
        this.index = index;
        this.driver = driver;
        this.slice = new TimeSlice(run.virtualTime(), run.stepwise());
        this.ready = new ReadyQueue<>(run.schedulingPolicy());
    }

    public final Run run() {
        return run;
    }

    public final int index() {
        return index;
    }

    public final LoopDriver driver() {
        return driver;
    }

    /** Returns the driver's thread, as of the last drain, or null before the first. */
    final @Nullable Thread thread() {
        return thread;
    }

    /** Returns a number for the next select of this loop, which decides where its search begins. */
    public final int nextSelect() {
        return selects++;
    }

    /** Returns the numbers of this loop. Any thread. */
    final LoopStatistics statistics() {
        long deadlinesArmed = deadlines.size();
        long ended = counters.allEnded(); // before those that have started, of which they are a part
        long started = ready.everQueued();
        return new LoopStatistics(
                index,
                Math.max(0, started - ended),
                started,
                ready.size(),
                counters.switches,
                counters.slowTurns,
                counters.lentTurns,
                counters.rescues,
                deadlinesArmed,
                driver.bytesToSend());
    }

    // ---- implemented by the carriers ----

    /** Creates an unstarted thread for {@code task}. */
    abstract TaskThread carry(Task task);

    /** Returns whether threads started inside a task inherit the task as their scheduler. */
    abstract boolean inheritsScheduler();

    /** Makes a new task ready. */
    abstract void start(Task task);

    /** Makes a parked task ready. Any thread. */
    abstract void wake(Task task);

    /** Repeats a {@link #wake} that was interrupted by a full stack or heap. Called by the watchdog. */
    abstract void wakeAgain(Task task);

    /** Called by a task that has just begun to run. */
    abstract void began(Task task);

    /** Called by a task that is about to park; releases its turn. */
    public abstract void onPark(Task task);

    /** Returns whether a task that has unparked may continue; {@code wait} is null when it only waits for its turn. */
    abstract boolean mayResume(Task task, @Nullable Wait wait);

    /** Lets other tasks run, if some are ready or the slice is used up. */
    abstract void yieldTurn(Task task);

    /** Counts a step of the current task, and reads the clock when that is due. */
    abstract void step(Task task);

    /** Like {@link #step}, but reads the clock only if the task has a deadline. */
    abstract void stepIfTimed(Task task);

    /** Returns whether the slice of the current task was used up at the last reading of the clock. */
    abstract boolean sliceUsed(Task task);

    /** Returns whether the slice was used up so long ago that even calls that should not yield must yield. */
    final boolean sliceLongUsed() {
        return slice.isLongOver();
    }

    /** Returns whether it is this task's turn. Any thread; the result may be out of date. */
    public abstract boolean runs(Task task);

    /** Called by a task as its last action. */
    abstract void ended(Task task);

    /** Counts a task that is about to end. Called by the task, before others learn of its end. */
    abstract void countEnd(Task task);

    /** Called on the driver's thread for each posted drain. */
    abstract void drain();

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

    /** Returns whether a drain is posted that will read the inbox. */
    final boolean isPosted() {
        return posted;
    }

    /** Called by the running drain: from now on another drain can be posted. */
    final void unpost() {
        posted = false;
    }

    /** Posts a drain to the driver, even if one is posted already. An extra drain does no harm. */
    final void execute() {
        LoopDriver to = driver;
        try {
            to.execute(drain);
        } catch (RejectedExecutionException terminated) {
            failOver(to);
        }
    }

    final void executeAfterIo() {
        LoopDriver to = driver;
        try {
            to.executeAfterIo(drain);
        } catch (RejectedExecutionException terminated) {
            failOver(to);
        }
    }

    /** Records a visit of the driver's thread. Called on that thread. */
    final void visited(Thread by) {
        if (thread != by) {
            thread = by;
        }
        long before = turns; // this thread alone writes it
        turns = before + 1;
    }

    /** Moves this loop to a thread of its own, because the event loop has ended, and notifies the run. */
    final void failOver(LoopDriver from) {
        moveToFallback(from, run.whenALoopEnds());
    }

    /**
     * Moves this loop to a thread of its own, because the event loop has ended or cannot carry tasks. Ready tasks and
     * deadlines move with it, so every task still runs to its end. {@code first} runs on that thread before everything
     * else, because the caller may be inside a wake-up.
     */
    final void moveToFallback(LoopDriver from, @Nullable Runnable first) {
        if (run.isOver()) {
            return;
        }
        var fallback = new FallbackLoop("anyio-fallback-" + index, first);
        if (DRIVER.compareAndSet(this, from, fallback)) {
            fallback.start();
            armedFor = Long.MAX_VALUE;
            posted = true;
            execute();
            if (run.isOver()) {
                fallback.stop(); // close() may have checked for it too early
            }
            EngineLog.LOG.log( // last, because a log appender may wait for one of the tasks
                    Level.DEBUG,
                    () -> "The event loop of loop " + index + " no longer runs tasks; they continue on thread "
                            + fallback.name());
        }
    }

    /** Ends the fallback thread, if there is one. Called when the run is over. */
    final void close() {
        if (driver instanceof FallbackLoop fallback) {
            fallback.stop();
        }
    }

    // ---- time ----

    final TimerHeap deadlines() {
        return deadlines;
    }

    /** Adds or moves a timer. Any thread. */
    final void schedule(TimerHeap.Timer timer, long time) {
        if (deadlines.add(timer, time) && !armsSoon()) {
            post(); // only the driver's thread arms
        }
    }

    /** Returns whether the present drain ends on the driver's thread, and so arms the timer that was just added. */
    abstract boolean armsSoon();

    /** Returns whether a deadline is overdue, because the driver's thread is late or stuck. Any thread. */
    final boolean missedDeadline() {
        return !run.virtualTime() && deadlines.earliest() <= run.now() - Watchdog.PATIENCE_NANOS;
    }

    /** Fires the timers that are due. Any thread. */
    final void fireDeadlines() {
        fireDeadlines(run.now());
    }

    /** Fires the timers that are due at {@code now}. Decides all of them before it fires the first. Any thread. */
    final void fireDeadlines(long now) {
        if (deadlines.earliest() > now) {
            return;
        }
        StackRoom.require((int) (now >> 8)); // a timer that was polled must be fired
        TimerHeap.Timer first = deadlines.pollDue(now);
        TimerHeap.Timer last = first;
        while (last != null) {
            last.nextDue = deadlines.pollDue(now);
            last = last.nextDue;
        }
        for (TimerHeap.Timer due = first; due != null; due = due.nextDue) {
            try {
                due.fire();
            } catch (VirtualMachineError full) { // the others must still be fired
                Watchdog.catchUp = true;
            }
        }
    }

    /** Reads the clock for the current task, fires the timers due on this loop, and cancels late scopes of the task. */
    final void look(Task task) {
        long now = run.now();
        slice.read(now);
        fireDeadlines(now);
        if (run.hasSeveralLoops()) {
            DeadlineTimer.expireAround(task.scope(), now); // some may be armed on other loops, which may be busy
        }
    }

    /** Arms the driver's timer when a deadline has come nearer. The driver's thread only. */
    final void rearm() {
        LoopDriver to = driver;
        if (to instanceof FallbackLoop fallback && !fallback.isCurrentThread()) {
            execute(); // the last drain of an event loop that has ended; the fallback arms the timer now
            return;
        }
        long earliest = deadlines.earliest();
        if (earliest < armedFor) {
            armedFor = earliest;
            try {
                to.arm(Math.max(0, earliest - run.now()), onTimer);
            } catch (RejectedExecutionException terminated) {
                failOver(to);
            } catch (Throwable noMemory) { // the watchdog fires the deadline
                armedFor = Long.MAX_VALUE;
                throw noMemory;
            }
            if (driver != to) { // replaced meanwhile: `armedFor` must not keep the fallback from arming
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
