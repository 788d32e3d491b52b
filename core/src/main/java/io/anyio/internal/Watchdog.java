package io.anyio.internal;

import io.anyio.spi.Clock;
import io.anyio.spi.OwnThreads;
import java.lang.System.Logger.Level;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A single thread of the process that detects loops that make no progress although they have work, and helps them.
 *
 * <p>It inspects the loops every few milliseconds while any loop is busy, parks while all are idle, and ends when there
 * is no run. Loops notify it only when they have woken up, so a switch of tasks costs no clock read and no shared
 * write. While a loop takes so many quick steps that it rarely reads the clock, the watchdog makes it read it once a
 * millisecond.
 */
final class Watchdog implements Runnable {

    /** How long a loop with work may make no progress before the watchdog helps it. */
    static final long PATIENCE_NANOS = 10_000_000;

    static final long TICK_NANOS = 5_000_000;

    /** How often a loop that takes quick steps is made to read the clock. */
    private static final long PACE_NANOS = 1_000_000;

    private static final int PACES_BEFORE_RESTING = 20;
    private static final int TICKS_BEFORE_PARKING = 40;

    /** How long the thread stays when there is no run. */
    private static final long KEEP_NANOS = 1_000_000_000;

    private static final boolean OFF = Boolean.getBoolean(WatchdogSettings.OFF);

    private static final Watchdog INSTANCE = new Watchdog();

    private final CopyOnWriteArrayList<Watched> observed = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean(); // whether there is a thread, which alone clears it
    private volatile @Nullable Thread thread; // set by the thread that sets started
    private volatile boolean asleep; // set by the watchdog before it parks, cleared by any thread
    private volatile boolean pacing; // set by any loop, cleared by the watchdog
    private volatile boolean paceWanted; // as pacing; since the last look at it
    private int idleTicks; // this and the rest: the thread only
    private int restful; // paces that no loop wanted
    private long nextLook;

    /**
     * Set by a thread that could not wake a task or deliver a cancellation, for lack of stack or memory; the watchdog
     * repeats it. A field, because a call could fail again. The watchdog is awake while a task runs.
     */
    static volatile boolean catchUp; // cleared by the watchdog

    private Watchdog() {}

    /** Begins to observe a loop. */
    static void watch(Watched loop) {
        if (OFF) {
            return;
        }
        INSTANCE.observed.add(loop);
        if (INSTANCE.started.compareAndSet(false, true)) {
            INSTANCE.startThread();
        }
        stir();
    }

    private void startThread() {
        try {
            Thread made = OwnThreads.unstarted("anyio-watchdog", this);
            thread = made;
            made.start();
        } catch (Throwable noThread) { // the next run tries again
            started.set(false);
            throw noThread;
        }
    }

    /** Forgets a loop. */
    static void forget(Object loop) {
        INSTANCE.observed.removeIf(seen -> seen.loop() == loop);
    }

    /** A loop has work. Any thread; a volatile read unless the watchdog is parked. */
    static void stir() {
        Watchdog dog = INSTANCE;
        if (dog.asleep) {
            dog.asleep = false;
            LockSupport.unpark(dog.thread);
        }
    }

    /**
     * Requests that {@link TimeSlice#hurry} is called for all loops once a millisecond, for as long as the request is
     * repeated. Any thread; two volatile reads if requested already. Returns false when there is no watchdog.
     */
    static boolean keepPace() {
        Watchdog dog = INSTANCE;
        if (OFF) {
            return false;
        }
        if (!dog.paceWanted) {
            dog.paceWanted = true;
        }
        if (!dog.pacing) {
            dog.pacing = true;
            dog.asleep = false;
            LockSupport.unpark(dog.thread);
        }
        return true;
    }

    /** Returns whether {@link TimeSlice#hurry} is called for all loops once a millisecond now. Any thread. */
    static boolean isPacing() {
        return INSTANCE.pacing;
    }

    /** Whether a platform or virtual thread waits for something other than the processor or I/O. */
    static boolean isWaiting(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    @Override
    public void run() {
        nextLook = Clock.system().nanoTime();
        while (true) {
            try {
                LockSupport.parkNanos(this, pacing ? PACE_NANOS : TICK_NANOS);
                if (tick(Clock.system().nanoTime())) {
                    return;
                }
            } catch (Throwable noMemory) { // or another failure: the next tick tries again
                idleTicks = 0;
            }
        }
    }

    /** Inspects the loops if it is time to do so. Returns whether the thread is to end. */
    private boolean tick(long now) {
        if (pacing) {
            restful = hurryLoops(false) ? 0 : restful + 1;
            if (restful >= PACES_BEFORE_RESTING) {
                pacing = false; // a loop that has seen true just now asks again soon
                hurryLoops(true); // or has begun to skip readings, even an idle one
            }
        }
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + TICK_NANOS - PACE_NANOS / 2;
        boolean active = look(now);
        idleTicks = active ? 0 : idleTicks + 1;
        if (idleTicks <= TICKS_BEFORE_PARKING) {
            return false;
        }
        idleTicks = 0;
        park();
        return observed.isEmpty() && ends();
    }

    /**
     * Makes the loops read the clock at their next steps. Returns whether one has requested that since the last time.
     */
    private boolean hurryLoops(boolean all) {
        boolean wanted = paceWanted;
        paceWanted = false;
        for (Watched seen : observed) {
            seen.hurry(all);
        }
        return wanted;
    }

    private boolean look(long now) {
        if (catchUp) {
            catchUpAll();
        }
        boolean active = false;
        for (Watched seen : observed) {
            active |= seen.active();
            inspect(seen, now);
        }
        return active;
    }

    private void catchUpAll() {
        catchUp = false;
        try {
            observed.forEach(Watched::catchUp);
        } catch (Throwable noMemory) {
            catchUp = true;
            throw noMemory;
        }
    }

    /** Returns whether this thread ends because there is no run. A run that begins now keeps it, or starts another. */
    private boolean ends() {
        started.set(false);
        return observed.isEmpty() || !started.compareAndSet(false, true);
    }

    /** Inspects one loop. A failure, such as no thread for its rescue, must not leave the others unobserved. */
    private void inspect(Watched seen, long now) {
        try {
            seen.inspect(now);
        } catch (Throwable failure) { // reported once: it may come back with every look
            if (!seen.failed) {
                seen.failed = true;
                EngineLog.LOG.logElsewhere(
                        Level.WARNING, () -> "The watchdog cannot help loop " + seen.number() + ": " + failure);
            }
        }
    }

    private void park() {
        asleep = true;
        long nanos = observed.isEmpty() ? KEEP_NANOS : Long.MAX_VALUE;
        for (Watched seen : observed) {
            if (catchUp || seen.active()) {
                asleep = false;
                return;
            }
            nanos = Math.min(nanos, seen.untilOverdue());
        }
        while (asleep) { // until stirred, or until a deadline should have been met
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
                asleep = false;
            }
        }
    }

    /** A loop that the watchdog observes. Used by the watchdog's thread only. */
    abstract static class Watched {
        private boolean failed; // an inspection has failed

        /** Returns the loop. */
        abstract Object loop();

        /** Returns the number of the loop in its run. */
        abstract int number();

        /** Makes the loop read the clock at its next step, if it has a task that runs or {@code ifIdle} is true. */
        abstract void hurry(boolean ifIdle);

        /** Returns whether the loop has run or has work since the last inspection. */
        abstract boolean active();

        /** Returns the nanoseconds until a deadline of this loop would have been missed. */
        abstract long untilOverdue();

        /** Finds a task or a thread that keeps others waiting, and helps them. */
        abstract void inspect(long now);

        /** Repeats the wake-ups and cancellations of the run that were cut short. */
        abstract void catchUp();
    }
}
