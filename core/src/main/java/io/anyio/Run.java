package io.anyio;

import io.anyio.loom.VirtualThreads;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.SchedulingPolicy;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A run: a backend, its loops, and the first task, from which all other tasks descend. */
final class Run implements EngineView {
    private static final AtomicBoolean FLAG_WARNING = new AtomicBoolean();

    private static final AtomicLong IDS = new AtomicLong();

    private static final VarHandle ABORTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "aborted", VarHandle.class, Run.class, Throwable.class);
    private static final VarHandle WHEN_OVER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "whenOver", VarHandle.class, Run.class, Runnable.class);

    private final long id = IDS.incrementAndGet();
    private final Backend backend;
    private final Clock clock;
    private final long epoch;
    private final Carrier carrier;
    private final List<TaskLoop> loops;
    private final @Nullable SchedulingPolicy policy;
    private final boolean debug;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicReference<ContextMap> values = new AtomicReference<>(ContextMap.EMPTY); // any task

    // for simulations only, which need to know when no progress is possible
    private final boolean counting;
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger suspended = new AtomicInteger();
    private final AtomicInteger outside = new AtomicInteger();

    private final Quiescence quiescence = new Quiescence(this);
    private final CancelScope rootScope = CancelScope.ofTask(null);
    private volatile @Nullable Task root; // set once by prepare()
    private @Nullable Runnable whenALoopEnds; // set before begin()
    private volatile @Nullable Thread waiter; // set by the thread that waits in await()
    private volatile boolean over; // set by any thread: the root task, abandon() or release()
    private volatile @Nullable Throwable aborted; // set once by any thread, through ABORTED
    private @Nullable Object value; // written by the root task before over
    private @Nullable Throwable failure; // written by the root task before over
    private volatile @Nullable Runnable whenOver; // set before begin(), cleared by the ending thread
    private final Task.End rootEnd = new Task.End() {
        @Override
        void ended(Task task, @Nullable Object result, @Nullable Throwable thrown) {
            value = result;
            failure = thrown;
            rootScope.end(thrown);
            finish();
        }
    };

    Run(Backend backend) {
        Preparation.isDone();
        this.backend = backend;
        this.clock = backend.clock();
        this.epoch = clock.nanoTime();
        this.policy = backend.schedulingPolicy();
        this.debug = backend.debug();
        this.counting = backend.virtualTime();
        this.carrier = choose(backend);
        List<TaskLoop> made = new ArrayList<>();
        for (LoopDriver driver : backend.loops()) {
            int index = made.size();
            made.add(
                    carrier == Carrier.LOOP
                            ? new LoopCarrier(this, index, driver)
                            : new PortableCarrier(this, index, driver));
        }
        this.loops = List.copyOf(made);
    }

    private static Carrier choose(Backend backend) {
        Carrier wanted = backend.carrier();
        if (wanted == null) {
            wanted = carrierProperty();
        }
        String whyNot = VirtualThreads.whyNot().orElse(null);
        if (whyNot == null && backend.loops().stream().anyMatch(LoopDriver::isOnVirtualThread)) {
            whyNot = "use event loops on platform threads; a virtual thread cannot carry others";
        }
        if (whyNot == null) {
            return wanted == null ? Carrier.LOOP : wanted;
        }
        if (wanted == Carrier.LOOP) {
            throw new IllegalStateException("The loop carrier is not available: " + whyNot);
        }
        if (wanted == null && FLAG_WARNING.compareAndSet(false, true)) {
            String needed = whyNot;
            TaskLoop.LOG.log(
                    Level.WARNING,
                    () -> "Tasks run on the portable carrier. To run them on the event loop itself, " + needed
                            + ". To stay on the portable one without this warning, set -Danyio.carrier=portable");
        }
        return Carrier.PORTABLE;
    }

    private static @Nullable Carrier carrierProperty() {
        String name = System.getProperty("anyio.carrier", "auto");
        return switch (name) {
            case "auto" -> null;
            case "loop" -> Carrier.LOOP;
            case "portable" -> Carrier.PORTABLE;
            default ->
                throw new IllegalArgumentException(
                        "System property anyio.carrier must be auto, loop or portable, not '" + name + "'");
        };
    }

    // ---- life ----

    /** Creates the first task, which {@link #begin} starts. */
    Task prepare(String name, ValueBlock<?, ?> main) {
        var task = new Task(name, loops.get(0), 0, ContextMap.EMPTY, rootScope, main, rootEnd);
        root = task;
        rootScope.setHost(task);
        return task;
    }

    /** Starts the first task. */
    void begin() {
        Task task = Objects.requireNonNull(root);
        TaskDump.begun(this);
        for (TaskLoop loop : loops) {
            LoopDriver driver = loop.driver();
            driver.onTermination(() -> loop.failOver(driver));
            if (carrier == Carrier.PORTABLE && driver.isManuallyDriven()) {
                loop.moveToFallback(driver, null); // the threads of tasks must not post their timers to it
            }
            Watchdog.watch(loop);
        }
        task.start();
        backend.start(this);
    }

    private void finish() {
        over = true;
        LockSupport.unpark(waiter);
        Runnable then = whenOver;
        if (then != null && WHEN_OVER.compareAndSet(this, then, null)) { // abandon() may run concurrently
            then.run();
        }
    }

    /** Sets an action to call once, at the end of the run; it must not wait. Set before {@link #begin}. */
    void whenOver(Runnable action) {
        whenOver = action;
    }

    /** Sets an action to call for each loop that ends before the run; it must not wait. Set before {@link #begin}. */
    void onLoopEnd(Runnable action) {
        whenALoopEnds = action;
    }

    /** Returns the action for an event loop that ends before the run, or null. */
    @Nullable
    Runnable whenALoopEnds() {
        return whenALoopEnds;
    }

    /** Waits until the first task has ended. Called by a thread that is not a task; an interrupt cancels the task. */
    void await() {
        waiter = Thread.currentThread();
        boolean interrupted = false;
        while (!over) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
                rootScope.cancel("the thread that waits in AnyIO.run was interrupted");
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the value of the first task, or throws its failure. Called after the run is over. */
    @Nullable
    Object outcome() {
        Unchecked.rethrow(aborted);
        Throwable thrown = failure;
        if (thrown instanceof Cancelled cancelled && rootScope.cancelCalled()) {
            throw new RunInterruptedException(cancelled);
        }
        Unchecked.rethrow(thrown);
        return value;
    }

    /** Releases the resources of the run. Never called by a task or on a loop. */
    void close() {
        try {
            release();
        } finally {
            backend.close();
        }
    }

    /** The part of {@link #close} that does not wait. */
    void release() {
        over = true;
        TaskDump.ended(this);
        values.set(ContextMap.EMPTY); // a token that outlives the run must not retain them
        for (TaskLoop loop : loops) {
            Watchdog.forget(loop);
            loop.close();
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    // ---- for tasks and loops ----

    /** Returns a number that is unique in this process. */
    long id() {
        return id;
    }

    Backend backend() {
        return backend;
    }

    /** Returns the values of the {@link RunVar}s in this run. */
    AtomicReference<ContextMap> values() {
        return values;
    }

    RunInfo info() {
        return new RunInfo(backend.name(), backend.transport(), carrier, loops.size(), backend.shortfall());
    }

    /** Returns the nanoseconds since the start of the run. */
    long now() {
        return clock.nanoTime() - epoch;
    }

    /** Returns whether this is a rehearsal, whose tasks no context propagator should see. */
    boolean isRehearsal() {
        return backend instanceof Rehearsal.Stage;
    }

    /** Returns whether the run uses the system clock, and not that of a simulation. */
    boolean onSystemClock() {
        return clock == Clock.system();
    }

    boolean debug() {
        return debug;
    }

    @Nullable
    SchedulingPolicy schedulingPolicy() {
        return policy;
    }

    /** Returns whether the backend decides each step: every call that may yield does so, and a drain runs one task. */
    boolean stepwise() {
        return policy != null;
    }

    boolean hasSeveralLoops() {
        return loops.size() > 1;
    }

    /** Returns whether the clock is virtual: it advances only when the backend advances it. */
    boolean virtualTime() {
        return counting;
    }

    /** Returns the next loop for a task that may run on any loop. */
    TaskLoop nextLoop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    TaskLoop loop(int number) {
        if (number >= loops.size()) {
            throw new IllegalArgumentException(
                    "This run has " + loops.size() + " loops, counted from 0, so there is no loop " + number);
        }
        return loops.get(number);
    }

    CancelScope rootScope() {
        return rootScope;
    }

    void taskStarted() {
        quiescence.taskStarts();
        if (counting) {
            live.incrementAndGet();
        }
    }

    void taskEnded() {
        if (counting) {
            live.decrementAndGet();
        }
    }

    void taskParked(boolean now) {
        if (counting) {
            suspended.addAndGet(now ? 1 : -1);
        }
    }

    /** Called when a loop has run out of ready tasks. */
    void loopIdle() {
        quiescence.loopIdle();
    }

    Quiescence quiescence() {
        return quiescence;
    }

    void outsideWorkChanged(int by) {
        outside.addAndGet(by);
        for (TaskLoop loop : loops) {
            loop.driver().onIdle();
        }
    }

    // ---- for the backend ----

    @Override
    public boolean taskRunning() {
        for (TaskLoop loop : loops) {
            if (loop.holder != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean allSuspended() {
        return live.get() == suspended.get();
    }

    @Override
    public int outsideWork() {
        return outside.get();
    }

    @Override
    public void millisecondGone() {
        for (TaskLoop loop : loops) {
            loop.slice.hurry();
        }
    }

    @Override
    public String describeTasks() {
        var text = new StringBuilder();
        for (TaskInfo info : TaskTree.snapshot(this)) {
            text.append("  ").append(info).append('\n');
        }
        return text.toString();
    }

    @Override
    public void abort(Throwable reason) {
        ABORTED.compareAndSet(this, null, reason); // the first reason stays
        rootScope.cancel("the run was aborted: " + reason.getMessage());
    }

    @Override
    public void abandon(Throwable reason) {
        ABORTED.compareAndSet(this, null, reason);
        finish();
    }

    @Nullable
    Task root() {
        return root;
    }
}
