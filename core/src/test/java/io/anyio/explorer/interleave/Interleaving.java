package io.anyio.explorer.interleave;

import io.anyio.spi.Carrier;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a program whose threads take turns: exactly one of them runs, and at each scheduling point the
 * {@link Schedule} picks the next one. Time is virtual and advances when a thread that sleeps until then is picked.
 */
public final class Interleaving {
    /*
     * On the portable carrier every controlled thread is virtual, run by the thread that called run(). On the loop carrier
     * tasks are mounted on the threads of loops, so these are platform threads, and so are all others; a task is no
     * controlled thread there: it runs on the one of its loop, parks by itself, and is preempted together with it.
     *
     * Plain fields are written by the current thread only; a hand-over orders all earlier writes.
     */

    /** No time limit. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int LIMIT = 200_000; // points; more of them count as an infinite loop
    private static final int UNWINDING = 10_000; // how often an abandoned thread is called, at most
    private static final long JOIN_MILLIS = 5_000;

    private final Carrier carrier;
    private final Schedule schedule;
    private final boolean plain; // whether plain fields are scheduling points too
    private final StoreVisibility visibility;
    private final Trace trace = new Trace();
    private final ThreadRegistry threads;
    private final Object end = new Object(); // notified when finished
    private volatile boolean finished;
    private @Nullable ControlledThread current;
    private @Nullable Throwable failure;
    private boolean poisoned; // from the finding on: every thread ends at its next point
    private boolean quiet; // whether the preparations are not over
    private long now;

    Interleaving(Carrier carrier, Schedule schedule, Detail detail, long seed) {
        this.carrier = carrier;
        this.threads = new ThreadRegistry(carrier);
        this.schedule = schedule;
        this.plain = detail == Detail.PLAIN;
        this.visibility = new StoreVisibility(trace, threads, detail == Detail.LATE, seed);
        this.quiet = detail == Detail.USUAL || detail == Detail.LATE;
    }

    /** What counts as a scheduling point. */
    enum Detail {
        /** What other threads can see, from {@link #ready} on. */
        USUAL,
        /** And what comes before that. */
        BEGIN,
        /** And plain fields, too. */
        PLAIN,
        /** As usual, but stores with release semantics become visible to others some time later. */
        LATE
    }

    /** Ends the preparations of the program: from here on, threads are switched. */
    public void ready() {
        quiet = false;
    }

    /** Returns the interleaving that runs the calling code. */
    public static Interleaving current() {
        return Hooks.current();
    }

    // ---- the driver ----

    /** Runs the program to its end or to a finding, which is returned. */
    @Nullable
    Throwable run(Runnable main) {
        Hooks.running(this);
        try {
            ControlledThread first = newThread("main", main);
            current = first;
            first.start();
            if (carrier == Carrier.PORTABLE) {
                while (!finished) {
                    me().go();
                }
            } else {
                Pinning.prepare();
                first.go();
                awaitEnd();
            }
            unwind();
            return failure;
        } finally {
            Hooks.running(null);
        }
    }

    private void awaitEnd() {
        synchronized (end) {
            while (!finished) {
                try {
                    end.wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** Ends the remaining threads, one after the other. */
    private void unwind() {
        poisoned = true;
        for (int i = 0; i < threads.size(); i++) {
            ControlledThread left = threads.at(i);
            current = left;
            for (int n = 0;
                    n < UNWINDING
                            && left.state != ControlledThread.State.ENDED
                            && left.state != ControlledThread.State.NEW;
                    n++) {
                left.go();
                if (left instanceof PlatformControlledThread) {
                    join(left.javaThread());
                    break;
                }
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void finish() {
        synchronized (end) {
            finished = true;
            end.notifyAll();
        }
    }

    // ---- what happened ----

    Trace trace() {
        return trace;
    }

    String nameOf(int thread) {
        return threads.at(thread).name();
    }

    /** The first failure is the finding. */
    void fail(Throwable found) {
        if (failure == null && !poisoned) {
            failure = found;
        }
        poisoned = true;
    }

    // ---- threads ----

    /** Starts a thread of the program, beside those of the engine. Called by a controlled thread. */
    public Thread begin(String name, Runnable code) {
        fence();
        ControlledThread begun = newThread(name, code);
        begun.start();
        return begun.javaThread();
    }

    ControlledThread newThread(String name, Runnable code) {
        ControlledThread made = threads.create(this, name, code);
        schedule.begins(made);
        return made;
    }

    void start(Thread thread, int site) {
        point(site);
        fence();
        ControlledThread known = threads.of(thread);
        if (known == null) {
            threads.addCarried(thread);
            thread.setUncaughtExceptionHandler((_, thrown) -> fail(thrown));
            thread.start(); // a task of the loop carrier
        } else {
            known.start();
        }
    }

    /** Called by a controlled thread as its last act. */
    void ended(ControlledThread thread) {
        thread.state = ControlledThread.State.ENDED;
        thread.stores.showAll();
        if (finished) {
            return; // unwinding
        }
        if (poisoned) {
            finish();
            return;
        }
        ControlledThread next = next(thread);
        if (next == null) {
            finish();
        } else {
            turnTo(next);
            if (next instanceof PlatformControlledThread) {
                next.go();
            }
        }
    }

    // ---- scheduling points ----

    void point(int site) {
        leaveIfPoisoned();
        ControlledThread me = me();
        checkCaller(me);
        if (quiet) {
            return;
        }
        trace.add(me, site);
        if (trace.size() > LIMIT) {
            throw found(new AssertionError("The program has not ended after " + LIMIT + " scheduling points"));
        }
        visibility.passed();
        if (schedule.switches(me, site)) {
            List<ControlledThread> candidates = threads.candidates();
            if (candidates.size() > 1) {
                switchTo(schedule.pick(me, candidates));
            }
        }
    }

    void plainPoint(int site) {
        if (plain) {
            point(site);
        }
    }

    /** Stores a value that others see now, or later. */
    void store(VarHandle handle, Object of, @Nullable Object value) {
        me().stores.add(handle, of, value);
        if (quiet || !visibility.isOn()) {
            fence();
        }
    }

    /** Makes all stores of this thread visible. */
    void fence() {
        me().stores.showAll();
    }

    /** Makes a store of this thread to the field visible, because a CAS works on it. */
    void beforeCas(VarHandle handle, Object of) {
        StoreBuffer mine = me().stores;
        if (!mine.isEmpty() && mine.of(of, StoreBuffer.field(handle)).isPresent()) {
            mine.showAll();
        }
    }

    /** Returns what this thread sees in a field in which others see {@code value}. */
    @Nullable
    Object read(Object of, @Nullable Object value, String field) {
        StoreBuffer mine = me().stores;
        return mine.isEmpty()
                ? value
                : mine.of(of, field).map(own -> own.orElse(null)).orElse(value);
    }

    /** Lets another thread run, if one can. */
    void spin(int site) {
        point(site);
        visibility.showAll(); // eventually, every store is visible
        ControlledThread me = me();
        schedule.spins(me);
        List<ControlledThread> others = threads.candidates();
        others.remove(me);
        if (!others.isEmpty()) {
            switchTo(schedule.pick(me, others));
        }
    }

    /** Waits for {@link #unpark}, an interrupt, or the end of this period. */
    public void park(long nanos, int site) {
        point(site);
        fence();
        ControlledThread me = me();
        if (Thread.currentThread() != me.javaThread()) {
            LockSupport.park(); // a task on the loop carrier: its loop goes on
            return;
        }
        if (!me.permit && !Thread.currentThread().isInterrupted()) {
            me.parkUntil(nanos == NEVER ? NEVER : now + Math.max(0, nanos));
            ControlledThread next = next(me);
            if (next == null) {
                throw new ExplorationAborted();
            }
            switchTo(next);
            if (me.state == ControlledThread.State.PARKED) {
                throw found(new AssertionError(me + " cannot wait: it is pinned"));
            }
        }
        me.permit = false;
    }

    void unpark(@Nullable Thread thread, int site) {
        point(site);
        fence();
        ControlledThread known = thread == null ? null : threads.of(thread);
        if (known == null) {
            LockSupport.unpark(thread); // a task on the loop carrier
        } else {
            known.permit = true;
            known.wake();
        }
    }

    void interrupt(Thread thread, int site) {
        point(site);
        fence();
        thread.interrupt();
        ControlledThread known = threads.of(thread);
        if (known != null) {
            known.wake();
        }
    }

    /** Returns the nanoseconds since the start. */
    public long now() {
        return now;
    }

    // ---- turns ----

    private ControlledThread me() {
        ControlledThread me = current;
        if (me == null) {
            throw new IllegalStateException("No thread is current");
        }
        return me;
    }

    /** Fails for a thread that the explorer does not control, which would invalidate every result. */
    private void checkCaller(ControlledThread me) {
        Thread caller = Thread.currentThread();
        if (caller != me.javaThread() && (carrier == Carrier.PORTABLE || !caller.isVirtual())) {
            throw new IllegalStateException(caller + " is not under the explorer's control");
        }
    }

    /**
     * Returns the thread that continues after {@code from}, which cannot; null when all have ended, or after a deadlock
     * was reported.
     */
    private @Nullable ControlledThread next(ControlledThread from) {
        List<ControlledThread> candidates = threads.candidates();
        if (!candidates.isEmpty()) {
            return schedule.pick(from, candidates);
        }
        String parked = threads.describeParked();
        if (!parked.isEmpty()) {
            fail(new AssertionError("Deadlock: no thread can continue" + parked));
        }
        return null;
    }

    private void switchTo(ControlledThread next) {
        ControlledThread me = me();
        turnTo(next);
        if (next != me) {
            me.giveWay(next);
            current = me; // it was already, unless the thread was pinned and could not give way
            leaveIfPoisoned();
        }
    }

    private void turnTo(ControlledThread next) {
        if (next.state == ControlledThread.State.PARKED) { // its time has been reached
            now = Math.max(now, next.wakeAt);
            next.wake();
        }
        current = next;
    }

    private void leaveIfPoisoned() {
        if (poisoned) {
            throw new ExplorationAborted();
        }
    }

    private ExplorationAborted found(Throwable finding) {
        fail(finding);
        return new ExplorationAborted();
    }
}
