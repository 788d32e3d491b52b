package io.anyio;

import io.anyio.loom.VirtualThreads;
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
     * The token's holder is the thread that drains: the loop's, or the rescuer's while the loop's thread is stuck.
     * `mounted` is the task whose continuation that thread is running. A thread is the mounted task's own, or the holder
     * itself, exactly while it is inside the drain: then it may use the local side of the ready queue.
     *
     * Why `mounted` is plain, although any thread reads it in insideDrain(), which must not err: a volatile one would cost
     * a fence with each switch. Its writes have one order, because only the holder writes, and the token passes from one
     * holder to the next through `holder`. Who reads it is one of three.
     *   A task of this loop  runs because the holder has written it and then run its continuation, on the very thread that
     *                        runs both. The next write comes when it has been unmounted. So it reads itself.
     *   The holder           is recognized by `holder`, which is volatile and which only this thread sets to itself.
     *   Any other thread     may read a task of any age, or null. What it compares is that task's thread, which is final,
     *                        and no task of this loop has the thread that asks: the answer is no, whatever it has read.
     * The watchdog, and whoever asks for a picture, may see what was true a moment ago; they look twice, or do not mind.
     */

    private @Nullable Task mounted; // written by the holder, read by any: see above
    private volatile @Nullable Rescue rescue; // set by the watchdog

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
    void ready(Task task) {
        if (!task.enqueue()) {
            return;
        }
        if (insideDrain()) {
            ready.pushLocal(task);
        } else {
            ready.push(task);
            post();
            Rescue active = rescue;
            if (active != null) {
                active.stir();
            }
        }
    }

    private boolean insideDrain() {
        Thread current = Thread.currentThread();
        Task running = mounted;
        return (running != null && running.thread() == current) || holder == current;
    }

    @Override
    void began(Task task) {}

    @Override
    void letGo(Task task) {}

    @Override
    boolean returned(Task task, @Nullable Suspension wait) {
        return wait == null || !wait.holds();
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler it hints to is ours
    void yieldTurn(Task task) {
        if (ready.hasReady() || slice.isOver() || run().stepwise()) {
            Thread.yield();
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
        Rescue active = rescue;
        if (active != null) {
            active.loopMoved();
        }
        if (!HOLDER.compareAndSet(this, null, me)) {
            return; // the rescuer has it, and posts a drain when it is done
        }
        boolean more;
        try {
            more = runReady(run().stepwise() ? 1 : Long.MAX_VALUE, port().amidIo() ? ready.newest() : null);
            port().ran(slice.used());
        } finally {
            holder = null;
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
     * Fires what is due, and runs ready tasks until there are none, the slice is used up, {@code max} have run, or
     * {@code last} has; true when some are left.
     */
    boolean runReady(long max, @Nullable Task last) {
        long began = run().now();
        slice.begin(began);
        fireDeadlines(began);
        long ran = 0;
        for (Task task = ready.poll(); task != null; task = ready.poll()) {
            runTask(task);
            if (task == last || ++ran == max) {
                return ready.hasReady();
            }
            if (slice.step()) {
                long now = run().now();
                slice.read(now);
                fireDeadlines(now);
            }
            if (slice.isOver()) {
                return ready.hasReady();
            }
        }
        return false;
    }

    private void runTask(Task task) {
        Runnable continuation = task.continuation();
        if (continuation == null) {
            throw new AssertionError(task + " is ready but was never started");
        }
        task.dequeued();
        mounted = task;
        try {
            continuation.run(); // which does nothing when the task turns out not to be able to run
        } finally {
            mounted = null;
        }
    }

    @Override
    boolean runs(Task task) {
        return mounted == task;
    }

    // ---- the watchdog's side ----

    @Override
    void inspect(Watchdog.Observation seen, long now) {
        Task running = mounted;
        Thread carrier = thread();
        boolean due = missedDeadline();
        if (carrier == null || rescue != null || !seen.unchanged(turns, running, isPosted() || due, now)) {
            return;
        }
        if (running != null) {
            reportIfBusy(seen, running, now);
        } else if (Watchdog.isWaiting(carrier)
                && holder == null
                && !run().virtualTime()
                && !port().pumped() // whoever pumps it may do something else in between
                && !(port() instanceof FallbackLoop)) { // which runs nothing but our own code
            rescue = new Rescue(this, carrier);
            rescue.begin();
        }
    }

    private void reportIfBusy(Watchdog.Observation seen, Task running, long now) {
        if (seen.reported || !(holder instanceof Thread runner)) { // who is not always the one that came by last
            return;
        }
        boolean waits = Watchdog.isWaiting(runner);
        if (!waits) {
            seen.waitsNowhere();
            if (!seen.busyTooLong(now)) {
                return;
            }
        }
        StackTraceElement[] where = running.thread().getStackTrace();
        boolean lasts = waits // it may have gone on since
                ? seen.waitsStillAt(where) && Watchdog.isWaiting(runner)
                : where.length > 0; // else it has just ended, or has not begun
        if (lasts && mounted == running) {
            seen.reported = true;
            StallReports.busy(this, running, runner, waits, where);
        }
    }

    /** The rescuer has given the token back. */
    void rescued() {
        rescue = null;
        execute(); // whatever was posted before may have met the rescuer and gone
    }
}
