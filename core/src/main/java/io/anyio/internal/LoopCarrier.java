package io.anyio.internal;

import io.anyio.spi.Carrier;
import io.anyio.spi.LoopDriver;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The loop carrier, which runs tasks on the event loop's own thread.
 *
 * <p>The virtual thread of a task submits its continuation to the task, the task is added to the ready queue, and the
 * drain on the loop's thread runs the continuation. A task that waits for something foreign is unmounted like any
 * virtual thread, and other tasks continue.
 */
final class LoopCarrier extends TaskLoop {
    /*
     * The holder of the token is the TaskRunner of the thread that drains: the loop's own thread, or a rescue thread
     * while the loop's thread is stuck. The current thread is inside the drain exactly while it is the holder's thread,
     * or the thread of the task mounted on it; only then may it use the local list of the ready queue. A pinned task
     * whose token was taken meanwhile finds another holder, so it is not inside.
     */

    private static final VarHandle RESCUE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "rescue", VarHandle.class, LoopCarrier.class, RescueThread.class);

    private @Nullable TaskRunner own; // of the driver's thread; used by that thread only
    private volatile boolean rehearses; // set by a task that begins, cleared by the next drain
    private volatile @Nullable RescueThread rescue; // the last one; set by the watchdog, cleared by the rescue

    /** Whether the driver's thread has drained since it was last stuck. While this is true, no rescue begins a task. */
    private volatile boolean threadBack = true;

    final PinnedTasks pinned = new PinnedTasks(this);

    LoopCarrier(Run run, int index, LoopDriver driver) {
        super(run, index, driver);
    }

    @Override
    TaskThread carry(Task task) {
        return new LoopThread(task, this);
    }

    @Override
    boolean inheritsScheduler() {
        return true;
    }

    @Override
    void start(Task task) {
        task.thread().start(); // calls LoopThread.execute(continuation), which calls ready()
    }

    @Override
    void wake(Task task) {
        LockSupport.unpark(task.thread()); // makes it ready once it is unmounted
    }

    @Override
    void wakeAgain(Task task) {
        wake(task);
        ready((LoopThread)
                task.carried()); // the JDK may have changed the thread's state without submitting the continuation
        execute(); // or no drain may have been posted
    }

    /** Adds a task that can run to the ready queue. Any thread. */
    void ready(LoopThread carried) {
        if (!carried.enqueue()) {
            return;
        }
        boolean inside;
        try {
            if (!pinned.isEmpty()) {
                pinned.unmounted(carried.task);
            }
            inside = insideDrain();
            if (inside) {
                ready.pushLocal(carried);
            } else {
                ready.push(carried);
            }
        } catch (Throwable notQueued) { // adding it is the last step
            carried.queued = false; // no calls here: they could overflow again
            throw notQueued;
        }
        if (!inside) {
            post();
            if (!threadBack) {
                stirHolder();
            }
        }
    }

    private boolean insideDrain() {
        if (!(holder instanceof TaskRunner runner)) {
            return false;
        }
        Thread current = Thread.currentThread();
        Task running = runner.mounted;
        return runner.thread == current || (running != null && running.thread() == current);
    }

    /** Unparks the thread of the holder: a rescue thread that has nothing to do is parked. */
    private void stirHolder() {
        if (holder instanceof TaskRunner runner) {
            LockSupport.unpark(runner.thread);
        }
    }

    @Override
    void began(Task task) {
        if (Rehearsal.dueAt(this)) {
            rehearses = true;
        }
    }

    @Override
    public void onPark(Task task) {}

    @Override
    boolean mayResume(Task task, @Nullable Wait wait) {
        return (wait == null || !wait.isParked()) && (pinned.isEmpty() || pinned.mayGoOn(task));
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the hint goes to the scheduler of the library
    void yieldTurn(Task task) {
        if (ready.hasReady() || slice.isOver()) {
            Thread.yield();
        }
        if (!pinned.isEmpty() && !pinned.mayGoOn(task)) {
            Wait.parkForTurn(task);
        }
    }

    @Override
    void step(Task task) {
        if (slice.step()) {
            look(task);
        }
    }

    @Override
    void stepIfTimed(Task task) {
        if (slice.step() && CancelTree.hasDeadline(task.scope())) {
            look(task);
        }
    }

    @Override
    boolean sliceUsed(Task task) {
        return slice.isOver();
    }

    @Override
    void ended(Task task) {}

    @Override
    void countEnd(Task task) {
        if (runs(task)) { // the token is not taken from a task that does not wait: see PinnedTasks
            counters.ended++;
        } else {
            counters.endsBeside();
        }
    }

    @Override
    boolean armsSoon() {
        return threadBack && insideDrain();
    }

    @Override
    void drain() {
        Thread me = Thread.currentThread();
        if (me.isVirtual()) {
            cannotCarry(me);
            return;
        }
        visited(me);
        threadIsBack();
        TaskRunner runner = runnerOf(me);
        if (!HOLDER.compareAndSet(this, null, runner)) {
            return; // a rescue thread has the token, and posts a drain when it is done
        }
        try {
            runAndGoOn(runner);
        } catch (Throwable noMemory) { // or another failure: the watchdog posts the next drain
            unpost();
            throw noMemory;
        }
        if (rehearses) {
            rehearses = false;
            Rehearsal.hold(Carrier.LOOP);
        }
    }

    private void runAndGoOn(TaskRunner runner) {
        boolean more;
        boolean kept = false;
        try {
            more = runReady(
                    runner,
                    run().stepwise() ? 1 : Long.MAX_VALUE,
                    driver().isDrainingDuringIo() ? ready.newest() : null);
            driver().ran(slice.used());
        } finally {
            kept = holder == runner;
            if (kept) {
                release();
            } else {
                threadIsBack(); // the token was taken, and its holder posts a drain when it is done
            }
        }
        if (!kept) {
            return;
        }
        if (more) {
            executeAfterIo();
        } else {
            unpost();
            if (ready.hasReady()) {
                post();
            } else {
                run().loopIdle();
            }
        }
        rearm();
    }

    /** Handles a drain on a virtual thread, which cannot run continuations. */
    private void cannotCarry(Thread me) {
        LoopDriver from = driver();
        if (holder != null || from instanceof FallbackLoop) {
            return; // a task pumps its own loop inside a drain, or the loop was moved before
        }
        moveToFallback(from, null);
        EngineLog.LOG.log(
                Level.WARNING,
                () -> "Event loop thread " + me.getName()
                        + " is a virtual thread, which cannot carry tasks; they continue on a separate thread."
                        + " Use an event loop on a platform thread, or -Danyio.carrier=portable");
    }

    /**
     * Fires the timers that are due, and runs ready tasks until there are none, the slice is used up, {@code max} tasks
     * or the task {@code last} have run, or the runner is no longer the holder. Returns true when it is still the
     * holder and tasks are left.
     */
    boolean runReady(TaskRunner runner, long max, @Nullable TaskThread last) {
        long began = run().now();
        slice.begin(began);
        fireDeadlines(began);
        long ran = 0;
        for (TaskThread next = ready.poll(); next != null; next = ready.poll()) {
            if (!runTask(runner, (LoopThread) next)) {
                return false;
            }
            if (next == last || ++ran == max) {
                return ready.hasReady();
            }
            if (slice.step()) {
                long now = run().now();
                slice.read(now);
                fireDeadlines(now);
            }
            if (slice.isOver() || (slice.isSlow() && driver().isAwaited())) {
                return ready.hasReady();
            }
        }
        return false;
    }

    /** Runs a task until it is unmounted. Returns whether the runner still has the token. */
    private boolean runTask(TaskRunner runner, LoopThread next) {
        next.dequeued();
        counters.switches++;
        runner.mounted = next.task;
        try {
            next.runContinuation();
        } finally {
            runner.mounted = null; // before `pinned` is read: see PinnedTasks
        }
        return pinned.isEmpty() || pinned.keepsToken(runner);
    }

    @Override
    public boolean runs(Task task) {
        return holder instanceof TaskRunner runner && runner.mounted == task;
    }

    private TaskRunner runnerOf(Thread thread) {
        TaskRunner known = own;
        if (known == null || known.thread != thread) {
            known = new TaskRunner(thread);
            own = known;
        }
        return known;
    }

    /** Releases the token. Called by its holder. */
    void release() {
        holder = null;
        if (!pinned.isEmpty()) {
            pinned.tokenIsFree();
        }
    }

    /** Records that the driver's thread has returned, so the rescue thread may stop. */
    private void threadIsBack() {
        if (!threadBack) {
            threadBack = true;
            stirHolder();
        }
    }

    /** Returns whether the driver's thread has drained since the last rescue began. */
    boolean isThreadBack() {
        return threadBack;
    }

    // ---- called by the watchdog ----

    /** Returns whether a rescue is under way whose thread can run tasks: none that it has run keeps it pinned. */
    boolean isBeingRescued() {
        RescueThread last = rescue;
        return last != null && !pinned.isPinnedTo(last.thread());
    }

    /** Begins a rescue, which ends with {@link #rescued}. Called by the watchdog only. */
    void begin(RescueThread next, Thread stuck) {
        if (stuck == thread()) {
            threadBack = false;
        }
        rescue = next;
        try {
            next.begin();
            counters.rescues++;
        } catch (Throwable noThread) { // the next inspection tries again
            rescue = null;
            throw noThread;
        }
    }

    /** Ends a rescue, after its thread has released the token. */
    void rescued(RescueThread over) {
        RESCUE.compareAndSet(this, over, null); // the watchdog may have begun another one
        execute(); // an earlier drain may have returned because the rescue thread had the token
    }
}
