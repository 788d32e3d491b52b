package io.anyio.testing;

import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.OwnThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The thread that drives a simulation: runs one step after the other, and moves the clock when no step is left. */
final class SimulationDriver {
    /*
     * One turn of the driver:
     *   the simulation is held                                wait until it is released
     *   a task has its turn on another thread (portable)      wait for it
     *   drains are posted                                     run one; the seed picks among the loops
     *   a task waits outside, or external work is pending     wait in real time, 5 s at most
     *     only futures of other code are waited for           as above, but after 100 ms without a new one go on here,
     *                                                         if a timer is armed: tasks may complete them, too
     *   a timer is armed                                      move the clock to the earliest, fire it
     *   nothing for a millisecond more                        deadlock
     *     external work has taken part in the run             as above, but after 1 s: its threads may still run code
     */

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long GRACE_NANOS = 100_000_000L;
    private static final long AFTERMATH_NANOS = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000;

    private final SplittableRandom random;
    private final long seed;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final Thread thread;
    private volatile @Nullable EngineView engine; // set before the thread starts
    private volatile boolean stopped; // set by any thread
    private final AtomicLong now = new AtomicLong(); // written by the driver, and by tasks that work
    private final AtomicLong longestDrain = new AtomicLong(); // driver only
    private final AtomicInteger holds = new AtomicInteger(); // incremented by tasks, decremented by any thread
    private volatile long steps; // written by the thread that picks or drives, one at a time
    private volatile long fingerprint; // as steps
    private volatile boolean real; // set when real time took part
    private boolean failed; // driver only
    private int graceGiven; // driver only: the foreign waits begun until the last time when 100 ms had passed for them
    private boolean suspected; // driver only: the last look found a deadlock

    SimulationDriver(long seed, int count) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            loops.add(new SimulatedLoop());
        }
        this.thread = OwnThreads.unstarted("anyio-simulation", this::drive);
    }

    List<SimulatedLoop> loops() {
        return loops;
    }

    long nanoTime() {
        return now.get();
    }

    /** Moves the clock because a task computes for so long. */
    void work(long nanos, EngineView view) {
        long after = now.addAndGet(nanos);
        if (after / MILLISECOND != (after - nanos) / MILLISECOND) {
            view.millisecondGone();
        }
    }

    void start(EngineView view) {
        engine = view;
        thread.start();
    }

    /** Stops after the present step, until {@link #release} has been called as often. */
    void hold() {
        holds.incrementAndGet();
    }

    void release() {
        holds.decrementAndGet();
        LockSupport.unpark(thread);
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    SimulationReport report() {
        return new SimulationReport(
                seed, steps, fingerprint, Duration.ofNanos(now.get()), Duration.ofNanos(longestDrain.get()), !real);
    }

    /** Picks one of several. Never called by two threads at the same time. */
    int pick(int choices) {
        int picked = random.nextInt(choices);
        note(picked);
        return picked;
    }

    private void note(int what) {
        long before = fingerprint;
        fingerprint = before * 31 + what + 1;
    }

    private void drive() {
        EngineView view = engine;
        if (view == null) {
            return;
        }
        while (!stopped) {
            if (view.isOver() || holds.get() > 0) {
                LockSupport.park(this);
            } else if (view.taskRunning()) {
                awaitReal(view);
            } else if (!step()) {
                if (outside(view)) {
                    awaitReal(view);
                } else if (!somethingPosted() && !view.isOver() && !jump()) {
                    // the second look at isOver(): the last task may have ended between the first one and taskRunning()
                    deadlocked(view);
                    continue;
                }
            }
            suspected = false;
        }
    }

    /**
     * Fails the run if no task can run any more. Looks twice, a millisecond of real time apart: a task whose turn was
     * lent to others may have woken one of them between two reads of the first look. If external work has taken part in
     * the run, the looks are a second apart: the code that woke a task may be about to wake another, such as the next
     * callback of a future.
     */
    private void deadlocked(EngineView view) {
        if (suspected) {
            fail(view, new DeadlockException(view.describeTasks()));
            return;
        }
        suspected = true;
        long begin = Clock.system().nanoTime();
        long apart = view.outsideTookPart() ? AFTERMATH_NANOS : MILLISECOND;
        long left = apart;
        while (!stopped && !somethingPosted() && left > 0) {
            LockSupport.parkNanos(this, left);
            left = apart - (Clock.system().nanoTime() - begin);
        }
        if (apart > MILLISECOND && somethingPosted()) {
            real = true; // other code has woken a task
        }
    }

    /** Runs one posted drain and returns true, or returns false if there is none. */
    private boolean step() {
        List<SimulatedLoop> busy = new ArrayList<>(loops.size());
        for (SimulatedLoop loop : loops) {
            if (!loop.posted.isEmpty()) {
                busy.add(loop);
            }
        }
        if (busy.isEmpty()) {
            return false;
        }
        SimulatedLoop loop = busy.get(busy.size() == 1 ? 0 : pick(busy.size()));
        Runnable drain = loop.posted.poll();
        if (drain != null) {
            long before = steps;
            steps = before + 1;
            long began = now.get();
            drain.run();
            longestDrain.accumulateAndGet(now.get() - began, Math::max);
        }
        return true;
    }

    private boolean somethingPosted() {
        for (SimulatedLoop loop : loops) {
            if (!loop.posted.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Moves the clock to the earliest armed timer and fires it. Returns false if there is none. */
    private boolean jump() {
        SimulatedLoop first = null;
        for (SimulatedLoop loop : loops) {
            if (loop.onTime != null && (first == null || loop.armedFor < first.armedFor)) {
                first = loop;
            }
        }
        if (first == null || first.onTime == null) {
            return false;
        }
        Runnable due = first.onTime;
        first.onTime = null;
        now.accumulateAndGet(first.armedFor, Math::max);
        note(-2);
        due.run();
        return true;
    }

    /** Waits until a drain is posted, a running task gives its turn back, or five seconds of real time have passed. */
    private void awaitReal(EngineView view) {
        long begin = Clock.system().nanoTime();
        while (!stopped) {
            boolean running = view.taskRunning(); // read once: it may change at any moment
            long waited = Clock.system().nanoTime() - begin;
            if (!running) {
                if (somethingPosted() || !outside(view) || holds.get() > 0) {
                    return;
                }
                if (hadGrace(view, waited) && jump()) {
                    return;
                }
                real = true;
            }
            if (waited > PATIENCE_NANOS) {
                fail(view, new StalledException(view.describeTasks()));
                return;
            }
            LockSupport.parkNanos(this, 1_000_000);
        }
    }

    /** Returns whether all tasks wait, some of them for futures of other code, which were given their time. */
    private boolean hadGrace(EngineView view, long waited) {
        int begun = view.foreignWaitsBegun(); // before the next line: a wait that begins in between gets its time later
        if (!view.allSuspended() || view.foreignWaits() != view.outsideWork()) {
            return false;
        }
        if (waited > GRACE_NANOS) {
            graceGiven = begun;
        }
        return begun == graceGiven;
    }

    private static boolean outside(EngineView view) {
        return view.outsideWork() > 0 || !view.allSuspended();
    }

    private void fail(EngineView view, RuntimeException reason) {
        if (failed) {
            view.abandon(reason); // its tasks do not react to cancellation
            stopped = true;
        } else {
            failed = true;
            view.abort(reason);
        }
    }

    /** One simulated loop. */
    final class SimulatedLoop implements LoopDriver {
        private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
        private @Nullable Runnable onTime; // driver only
        private long armedFor; // driver only

        @Override
        public void execute(Runnable drain) {
            posted.add(drain);
            if (Thread.currentThread() != thread) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void executeAfterIo(Runnable drain) {
            execute(drain);
        }

        @Override
        public void arm(long delayNanos, Runnable action) {
            armedFor = now.get() + delayNanos;
            onTime = action;
        }

        @Override
        public void onTermination(Runnable action) {
            // ends with the run
        }

        @Override
        public void onIdle() {
            LockSupport.unpark(thread);
        }
    }
}
