package io.anyio;

import io.anyio.loom.VirtualThreads;
import io.anyio.spi.Carrier;
import io.anyio.spi.LoopPort;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on the event loop's own thread: the loop carrier.
 *
 * <p>A task's thread hands its continuation to the task, the task goes to the ready queue, and the drain on the loop's
 * thread runs the continuation. A task that waits for something foreign is unmounted like any virtual thread, and
 * others go on.
 */
final class LoopCarrier extends TaskLoop {
    /*
     * The token's holder is the TaskRunner of the thread that drains: the loop's own, or a rescuer's while the loop's thread
     * is stuck. A thread is that of the holder, or of the task mounted on it, exactly while it is inside the drain: then it
     * may use the local side of the ready queue. A task whose token was taken while it was pinned finds another holder.
     */

    private @Nullable TaskRunner own; // of the port's thread, which alone uses it
    private volatile boolean rehearses; // set by a task that begins, cleared by the next drain
    private volatile @Nullable Rescue rescue; // the last one; set by the watchdog
    private volatile boolean threadBack = true; // whether the port's thread has come by since the last rescue began
    final PinnedTasks pinned = new PinnedTasks(this);

    LoopCarrier(Run run, int index, LoopPort port) {
        super(run, index, port);
    }

    @Override
    Thread newThread(Task task) {
        Thread thread = VirtualThreads.newThread(task, task.name(), task::body);
        VirtualThreads.inheritScopedValues(thread);
        return thread;
    }

    @Override
    boolean inheritsScheduler() {
        return true;
    }

    @Override
    void start(Task task) {
        task.thread().start(); // which calls task.execute(continuation), which calls ready(task)
    }

    @Override
    void wake(Task task) {
        LockSupport.unpark(task.thread()); // which makes it ready once it is unmounted
    }

    @Override
    void wakeAgain(Task task) {
        wake(task);
        ready(task); // the JDK may have changed the thread's state without submitting it
        execute(); // or no drain was posted
    }

    @Override
    void ready(Task task) {
        if (!task.enqueue()) {
            return;
        }
        boolean inside;
        try {
            if (!pinned.isEmpty()) {
                pinned.unmounted(task);
            }
            inside = insideDrain();
            if (inside) {
                ready.pushLocal(task);
            } else {
                ready.push(task);
            }
        } catch (Throwable notQueued) { // adding it is the last step
            task.queued = false; // no calls here: they could overflow again
            throw notQueued;
        }
        if (!inside) {
            post();
            if (rescue != null) {
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

    /** Wakes the rescuer, which may have nothing to do. */
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
    void letGo(Task task) {}

    @Override
    boolean returned(Task task, @Nullable Suspension wait) {
        return (wait == null || !wait.holds()) && (pinned.isEmpty() || pinned.mayGoOn(task));
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler it hints to is ours
    void yieldTurn(Task task) {
        if (ready.hasReady() || slice.isOver() || run().stepwise()) {
            Thread.yield();
        }
        if (!pinned.isEmpty() && !pinned.mayGoOn(task)) {
            Suspension.parkForTurn(task);
        }
    }

    @Override
    void step(Task task) {
        if (run().stepwise() || slice.step()) {
            look(task);
        }
    }

    @Override
    void stepIfTimed(Task task) {
        if ((run().stepwise() || slice.step()) && CancelTree.hasDeadline(task.scope())) {
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
    boolean armsSoon() {
        return rescue == null && insideDrain();
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
            return; // the rescuer has it, and posts a drain when it is done
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
            more = runReady(runner, run().stepwise() ? 1 : Long.MAX_VALUE, port().amidIo() ? ready.newest() : null);
            port().ran(slice.used());
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

    /** A virtual thread has come by, which cannot run continuations. */
    private void cannotCarry(Thread me) {
        LoopPort from = port();
        if (holder != null || from instanceof FallbackLoop) {
            return; // a task that pumps its own loop, inside a drain that goes on; or known already
        }
        moveToFallback(from, null);
        LOG.log(
                Level.WARNING,
                () -> "Event loop thread " + me.getName()
                        + " is a virtual thread, which cannot carry tasks; they go on on a thread of their own."
                        + " Use an event loop on a platform thread, or -Danyio.carrier=portable");
    }

    /**
     * Fires what is due, and runs ready tasks until there are none, the slice is used up, {@code max} have run,
     * {@code last} has, or the runner is no longer the holder; true when it is and some are left.
     */
    boolean runReady(TaskRunner runner, long max, @Nullable Task last) {
        long began = run().now();
        slice.begin(began);
        fireDeadlines(began);
        long ran = 0;
        for (Task task = ready.poll(); task != null; task = ready.poll()) {
            if (!runTask(runner, task)) {
                return false;
            }
            if (task == last || ++ran == max) {
                return ready.hasReady();
            }
            if (slice.step()) {
                long now = run().now();
                slice.read(now);
                fireDeadlines(now);
            }
            if (slice.isOver() || (slice.isSlow() && port().isAwaited())) {
                return ready.hasReady();
            }
        }
        return false;
    }

    /** Runs a task until it is unmounted; whether the runner still has the token then. */
    private boolean runTask(TaskRunner runner, Task task) {
        Runnable continuation = task.continuation();
        if (continuation == null) {
            throw new AssertionError(task + " is ready but was never started");
        }
        task.dequeued();
        runner.mounted = task;
        try {
            continuation.run(); // which does nothing when the task turns out not to be able to run
        } finally {
            runner.mounted = null; // before the look at `pinned`: see there
        }
        return pinned.isEmpty() || pinned.keepsToken(runner);
    }

    @Override
    boolean runs(Task task) {
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

    /** Gives up the token; for its holder. */
    void release() {
        holder = null;
        if (!pinned.isEmpty()) {
            pinned.tokenIsFree();
        }
    }

    /** The port's thread has come by, so rescuers may stop. */
    private void threadIsBack() {
        if (!threadBack) {
            threadBack = true;
            stirHolder();
        }
    }

    /** Whether the port's thread has come by since the last rescue began. */
    boolean isThreadBack() {
        return threadBack;
    }

    // ---- the watchdog's side ----

    @Override
    void inspect(Watchdog.Observation seen, long now) {
        Thread carrier = thread();
        Task running = holder instanceof TaskRunner runner ? runner.mounted : null;
        boolean pending = running != null || isPosted() || ready.hasReady() || missedDeadline();
        if (carrier == null || !seen.unchanged(turns, running, pending, now)) {
            return;
        }
        if (running != null && holder instanceof TaskRunner runner) {
            StuckTask.inspect(this, seen, runner, running, now);
        } else if (rescue == null
                && Watchdog.isWaiting(carrier)
                && holder == null
                && !run().virtualTime()
                && !port().pumped() // the code that pumps it may do something else in between
                && !(port() instanceof FallbackLoop)) { // which runs nothing but our own code
            begin(Rescue.ofLoop(this, carrier), carrier);
        } else if (rescue == null && holder == null && !run().virtualTime() && !port().pumped()) {
            execute(); // a drain may have been lost for lack of memory; an extra one does no harm
        }
    }

    /** Begins a rescue, which is over when {@link #rescued} is called. The watchdog only. */
    void begin(Rescue next, Thread stuck) {
        if (stuck == thread()) {
            threadBack = false;
        }
        rescue = next;
        try {
            next.begin();
        } catch (Throwable noThread) { // the next look tries again
            rescue = null;
            throw noThread;
        }
    }

    /** A rescuer has given the token back. */
    void rescued(Rescue over) {
        if (rescue == over) {
            rescue = null;
        }
        execute(); // what was posted before may have met the rescuer and gone
    }
}
