package io.anyio;

import io.anyio.loom.VirtualThreads;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopPort;
import io.anyio.spi.ReadyPolicy;
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

/** One run: a backend, its loops, and a first task below which all others live. */
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
    private final @Nullable ReadyPolicy policy;
    private final boolean debug;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicReference<ContextMap> values = new AtomicReference<>(ContextMap.EMPTY); // any task

    // for simulations only, which need to know when nothing can happen any more
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
    private volatile @Nullable Runnable whenOver; // set before begin(), taken out through WHEN_OVER by who ends the run
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
        this.policy = backend.readyPolicy();
        this.debug = backend.debug();
        this.counting = backend.virtualTime();
        this.carrier = choose(backend);
        List<TaskLoop> made = new ArrayList<>();
        for (LoopPort port : backend.loops()) {
            int index = made.size();
            made.add(
                    carrier == Carrier.LOOP
                            ? new LoopCarrier(this, index, port)
                            : new PortableCarrier(this, index, port));
        }
        this.loops = List.copyOf(made);
    }

    private static Carrier choose(Backend backend) {
        Carrier wanted = backend.carrier();
        if (wanted == null) {
            wanted = carrierProperty();
        }
        String whyNot = VirtualThreads.whyNot().orElse(null);
        if (whyNot == null && backend.loops().stream().anyMatch(LoopPort::onVirtualThread)) {
            whyNot = "use event loops on platform threads; a virtual thread cannot carry others";
        }
        if (whyNot == null) {
            return wanted == null ? Carrier.LOOP : wanted;
        }
        if (wanted == Carrier.LOOP) {
            throw new IllegalStateException("The loop carrier cannot be had: " + whyNot);
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

    /** Makes the first task, which {@link #begin} starts. */
    Task prepare(String name, ValueBlock<?, ?> main) {
        var task = new Task(name, loops.get(0), 0, ContextMap.EMPTY, rootScope, main, rootEnd);
        root = task;
        rootScope.host(task);
        return task;
    }

    /** Starts the first task. */
    void begin() {
        Task task = Objects.requireNonNull(root);
        TaskDump.begun(this);
        for (TaskLoop loop : loops) {
            LoopPort port = loop.port();
            port.onTermination(() -> loop.failOver(port));
            if (carrier == Carrier.PORTABLE && port.pumped()) {
                loop.moveToFallback(port, null); // the threads of tasks must not post their timers to it
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
        if (then != null && WHEN_OVER.compareAndSet(this, then, null)) { // an abandon() may come at once
            then.run();
        }
    }

    /** Called once when the run is over, by who ends it; must not wait. Set before {@link #begin}. */
    void whenOver(Runnable action) {
        whenOver = action;
    }

    /** Called for each event loop that ends before the run; must not wait. Set before {@link #begin}. */
    void whenALoopEnds(Runnable action) {
        whenALoopEnds = action;
    }

    /** What to do when an event loop ends before the run, or null. */
    @Nullable
    Runnable whenALoopEnds() {
        return whenALoopEnds;
    }

    /** Waits, on a thread that is no task, until the first task has ended. An interrupt cancels it. */
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

    /** What the first task gave, after the run is over; throws what it threw. */
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

    /** Releases what the run holds. Never called by a task or on a loop. */
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
        values.set(ContextMap.EMPTY); // a token that somebody keeps must not keep them
        for (TaskLoop loop : loops) {
            Watchdog.forget(loop);
            loop.close();
        }
    }

    @Override
    public boolean isOver() {
        return over;
    }

    // ---- what tasks and loops ask ----

    /** Unique in this process. */
    long id() {
        return id;
    }

    Backend backend() {
        return backend;
    }

    /** What the {@link RunVar}s are in this run. */
    AtomicReference<ContextMap> values() {
        return values;
    }

    RunInfo info() {
        return new RunInfo(backend.name(), backend.transport(), carrier, loops.size(), backend.shortfall());
    }

    /** Nanoseconds since the start of the run. */
    long now() {
        return clock.nanoTime() - epoch;
    }

    /** Whether its tasks are the library's own, which no context carrier should see. */
    boolean isRehearsal() {
        return backend instanceof Rehearsal.Stage;
    }

    /** Whether time is that of the machine, and not that of a simulation. */
    boolean onSystemClock() {
        return clock == Clock.system();
    }

    boolean debug() {
        return debug;
    }

    @Nullable
    ReadyPolicy readyPolicy() {
        return policy;
    }

    /** Whether the backend decides each step: every call that may yield does, and a drain runs one task. */
    boolean stepwise() {
        return policy != null;
    }

    boolean hasSeveralLoops() {
        return loops.size() > 1;
    }

    /** Whether time stands still while nothing declares that it moves. */
    boolean virtualTime() {
        return counting;
    }

    /** The loop for a task that may run on any. */
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

    /** A loop has run out of ready tasks. */
    void loopIdle() {
        quiescence.loopIdle();
    }

    Quiescence quiescence() {
        return quiescence;
    }

    void outsideWorkChanged(int by) {
        outside.addAndGet(by);
        for (TaskLoop loop : loops) {
            loop.port().quiet();
        }
    }

    // ---- what the backend asks ----

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
