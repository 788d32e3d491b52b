package io.anyio.internal;

import io.anyio.ValueBlock;
import io.anyio.diagnostics.RunStatistics;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.SchedulingPolicy;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A run: a backend, its loops, and the first task, from which all other tasks descend. */
public final class Run {
    private static final Queue<Run> LIVE = new ConcurrentLinkedQueue<>();
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
    private final boolean rehearsal;
    private final List<TaskLoop> loops;
    private final @Nullable SchedulingPolicy policy;
    private final boolean debug;
    private final WatchdogSettings watchdogSettings;
    private final @Nullable EngineTrace trace;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicReference<ContextMap> values = new AtomicReference<>(ContextMap.EMPTY); // any task

    // for simulations only, which need to know when no progress is possible
    private final boolean counting;
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger suspended = new AtomicInteger();
    private final AtomicInteger outside = new AtomicInteger();
    private final AtomicInteger foreignWaits = new AtomicInteger(); // counted in `outside`, too
    private final AtomicInteger foreignWaitsBegun = new AtomicInteger();
    private volatile boolean outsideTookPart; // set by any thread

    private final AtomicInteger workersBusy = new AtomicInteger(); // any thread
    private final AtomicInteger workersWaitedFor = new AtomicInteger(); // any task
    private final Observer observer;
    private final EngineView view;
    private final ChildList outermostTasks = new ChildList(); // started by other threads, beside the first task
    private final ScopeNode rootScope = ScopeNode.ofRun(outermostTasks);
    private volatile @Nullable Task root; // set once by prepare()
    private @Nullable ChildGroup outermost; // set by prepare()
    private @Nullable Runnable whenALoopEnds; // set before begin()
    private volatile @Nullable Thread waiter; // set by the thread that waits in await()
    private volatile boolean over; // set by any thread: the root task, abandon() or release()
    private volatile @Nullable Throwable aborted; // set once by any thread, through ABORTED
    private @Nullable Object value; // written by the root task before over
    private @Nullable Throwable failure; // written by the root task before over
    private volatile @Nullable Runnable whenOver; // set before begin(), cleared by the ending thread
    private final Task.End rootEnd = new Task.End() {
        @Override
        protected void ended(Task task, @Nullable Object result, @Nullable Throwable thrown) {
            value = result;
            failure = thrown;
            rootScope.end(thrown != null);
            finish();
        }
    };

    /** Learns of starts of tasks and of idle loops. */
    interface Observer {

        /** Called when a task has been added to its group and is about to start. Any thread. */
        void taskStarts();

        /** Called when a loop has no ready task left, or a task without a turn has parked. Any thread. */
        void loopIdle();
    }

    /** What a run consists of. Each part is made with the run, which it may keep but not use yet. */
    interface Parts {
        Carrier carrier();

        boolean isRehearsal();

        List<TaskLoop> loops(Run run);

        Observer observer(Run run);

        EngineView view(Run run);
    }

    Run(Backend backend, Parts parts) {
        this.backend = backend;
        this.clock = backend.clock();
        this.epoch = clock.nanoTime();
        this.policy = backend.schedulingPolicy();
        this.debug = backend.debug();
        this.counting = backend.virtualTime();
        this.carrier = parts.carrier();
        this.rehearsal = parts.isRehearsal();
        this.watchdogSettings = WatchdogSettings.read(debug);
        this.trace = rehearsal ? null : Tracing.open();
        this.observer = parts.observer(this);
        this.view = parts.view(this);
        this.loops = parts.loops(this);
    }

    // ---- life ----

    /** Creates the first task, which {@link #begin} starts. */
    public Task prepare(String name, ValueBlock<?, ?> main) {
        var task = new Task(name, loops.get(0), 0, ContextMap.EMPTY, rootScope, () -> runFirst(main), rootEnd);
        outermost = ChildGroup.outermost(task, outermostTasks);
        root = task;
        rootScope.setHost(task);
        return task;
    }

    private @Nullable Object runFirst(ValueBlock<?, ?> main) throws Exception {
        try {
            return main.call();
        } finally {
            outermost().end("the first task of the run has ended");
        }
    }

    /** Returns the group of the tasks that other threads start in this run. Any thread, once the run has begun. */
    public ChildGroup outermost() {
        return Objects.requireNonNull(outermost);
    }

    /** Returns the runs of this process, oldest first, each from its beginning to its end. Any thread. */
    public static Iterable<Run> live() {
        return LIVE;
    }

    /** Starts the first task. */
    void begin() {
        LIVE.add(this);
        Objects.requireNonNull(root).start();
        backend.start(view);
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
    public void whenOver(Runnable action) {
        whenOver = action;
    }

    /** Sets an action to call for each loop that ends before the run; it must not wait. Set before {@link #begin}. */
    public void onLoopEnd(Runnable action) {
        whenALoopEnds = action;
    }

    /** Returns the action for an event loop that ends before the run, or null. */
    @Nullable
    Runnable whenALoopEnds() {
        return whenALoopEnds;
    }

    /** Waits until the first task has ended. Called by a thread that is not a task; an interrupt cancels the task. */
    public void await() {
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

    /** Returns the value of the first task. Called after the run is over. */
    public @Nullable Object value() {
        return value;
    }

    /** Returns the failure of the first task, or null. Called after the run is over. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Returns why the run was aborted, or null. */
    public @Nullable Throwable aborted() {
        return aborted;
    }

    /** Releases the resources of the run. Never called by a task or on a loop. */
    public void close() {
        try {
            release();
        } finally {
            backend.close();
        }
    }

    /** The part of {@link #close} that does not wait. */
    public void release() {
        over = true;
        LIVE.remove(this);
        for (TaskLoop loop : loops) {
            Watchdog.forget(loop);
            loop.close();
        }
        values.getAndSet(ContextMap.EMPTY).forEachValue(Run::end); // a token that outlives the run must not retain them
    }

    /** Returns whether the first task, and so every task, has ended. */
    public boolean isOver() {
        return over;
    }

    private static void end(@Nullable Object value) {
        if (value instanceof MadeValue made) {
            try {
                made.atEnd().run();
            } catch (Throwable failure) { // the others must end, too
                EngineLog.LOG.log(Level.WARNING, () -> "A value of a run could not be closed", failure);
            }
        }
    }

    // ---- for tasks and loops ----

    /** Returns a number that is unique in this process. */
    public long id() {
        return id;
    }

    public Backend backend() {
        return backend;
    }

    /** Returns the values of the {@code RunVar}s in this run. */
    public AtomicReference<ContextMap> values() {
        return values;
    }

    public Carrier carrier() {
        return carrier;
    }

    public List<TaskLoop> loops() {
        return loops;
    }

    /** Returns the nanoseconds since the start of the run. */
    public long now() {
        return clock.nanoTime() - epoch;
    }

    /** Returns whether this is a rehearsal, whose tasks no context propagator should see. */
    public boolean isRehearsal() {
        return rehearsal;
    }

    /** Returns whether the run uses the system clock, and not that of a simulation. */
    boolean onSystemClock() {
        return clock == Clock.system();
    }

    public boolean debug() {
        return debug;
    }

    WatchdogSettings watchdogSettings() {
        return watchdogSettings;
    }

    /** Returns the recorder of this run, or null. The same for the whole run. */
    @Nullable
    EngineTrace trace() {
        return trace;
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
    public TaskLoop nextLoop() {
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    public TaskLoop loop(int number) {
        if (number >= loops.size()) {
            throw new IllegalArgumentException(
                    "This run has " + loops.size() + " loops, counted from 0, so there is no loop " + number);
        }
        return loops.get(number);
    }

    public ScopeNode rootScope() {
        return rootScope;
    }

    void taskStarted() {
        observer.taskStarts();
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
        observer.loopIdle();
    }

    Observer observer() {
        return observer;
    }

    /** Returns the view of this run for its backend. */
    public EngineView view() {
        return view;
    }

    public void outsideWorkChanged(int by) {
        foreignCodeSeen();
        outside.addAndGet(by);
        for (TaskLoop loop : loops) {
            loop.driver().onIdle();
        }
    }

    /** Called when a task begins to wait for a future of other code, which a task of this run may complete, too. */
    public void foreignWaitBegins() {
        if (counting) {
            foreignWaitsBegun.incrementAndGet();
            foreignWaits.incrementAndGet();
            outsideWorkChanged(1);
        }
    }

    /** Called when such a wait has ended. */
    public void foreignWaitEnds() {
        if (counting) {
            foreignWaits.decrementAndGet();
            outsideWorkChanged(-1);
        }
    }

    /** Called when external work begins, or a task finds a future complete that other code may have completed. */
    public void foreignCodeSeen() {
        if (counting && !outsideTookPart) {
            outsideTookPart = true;
        }
    }

    // ---- numbers ----

    /** Called when a call of a worker thread has begun or ended. Any thread. */
    public void workersBusyChanged(int by) {
        workersBusy.addAndGet(by);
    }

    /** Called when a task begins or ends to wait for a worker thread. */
    public void workersWaitedForChanged(int by) {
        workersWaitedFor.addAndGet(by);
    }

    /** Returns the numbers of this run. Any thread, also after the end of the run. */
    public RunStatistics statistics() {
        return RunStatistics.of(
                loops.stream().map(TaskLoop::statistics).toList(), workersBusy.get(), workersWaitedFor.get());
    }

    // ---- for the backend ----

    boolean allSuspended() {
        return live.get() == suspended.get();
    }

    int outsideWork() {
        return outside.get();
    }

    int foreignWaits() {
        return foreignWaits.get();
    }

    int foreignWaitsBegun() {
        return foreignWaitsBegun.get();
    }

    boolean outsideTookPart() {
        return outsideTookPart;
    }

    /** Cancels the run and makes it fail with {@code reason} after its tasks have ended. The first reason stays. */
    void abort(Throwable reason) {
        ABORTED.compareAndSet(this, null, reason);
        rootScope.cancel("the run was aborted: " + reason.getMessage());
    }

    /** Makes the run fail with {@code reason} immediately. */
    void abandon(Throwable reason) {
        ABORTED.compareAndSet(this, null, reason);
        finish();
    }

    @Nullable
    Task root() {
        return root;
    }
}
