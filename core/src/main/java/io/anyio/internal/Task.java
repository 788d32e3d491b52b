package io.anyio.internal;

import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.ValueBlock;
import io.anyio.loom.VirtualThreads;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A task: a virtual thread bound to one loop for life, and its place in the tree of scopes. */
public final class Task extends ChildList.Node implements ContextHolder, TracedTask {
    private static final boolean LOOM = VirtualThreads.whyNot().isEmpty();
    private static final AtomicLong IDS = new AtomicLong();

    /** The current task of threads on the JDK's scheduler. An inherited binding is recognized by its other thread. */
    private static final ScopedValue<Task> PORTABLE = ScopedValue.newInstance();

    // written by the task alone, with a release, and read as volatile; where the order against a later read matters,
    // a successful CAS or a fence is in between
    private static final VarHandle SCOPE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "scope", VarHandle.class, Task.class, ScopeNode.class);
    private static final VarHandle WAITING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "waiting", VarHandle.class, Task.class, Wait.class);
    private static final VarHandle PARKED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "parked", VarHandle.class, Task.class, Wait.class);
    private static final VarHandle REFERENCE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "reference", VarHandle.class, Task.class, Object.class);

    /** An action that runs in the task when its code has ended. Must not wait. */
    public abstract static class End {
        protected abstract void ended(Task task, @Nullable Object value, @Nullable Throwable failure);
    }

    private final long id = IDS.incrementAndGet();
    private final String name;
    private final TaskLoop loop;
    private final End end;
    private final ScopeNode base; // the outermost scope of its own
    private final long starterId;
    private volatile long adopterId; // set by started(): the group's host, or 0
    private final TaskThread carried;
    private final Thread thread; // of `carried`
    private @Nullable ValueBlock<?, ?> code; // cleared by the task when it has run
    private ContextValues context; // task only, once started

    volatile @Nullable ScopeNode scope; // the innermost scope, null: base; through SCOPE
    private volatile @Nullable Wait waiting; // the wait a canceller may abort; through WAITING
    private volatile @Nullable Wait parked; // for diagnosis: the wait it is parked in, shielded or not; through PARKED
    private boolean ran; // the code has begun, or has run; task only

    @Nullable
    ChildGroup unfinished; // task only: linked groups for which it could not wait on a full stack or heap

    private int waits; // the number of waits begun; task only, other threads may read an old value
    private @Nullable ScopeNode waitedIn; // task only: the innermost scope of its last wait, or cancel

    @SuppressWarnings("unused") // set once, by any thread, through REFERENCE
    private volatile @Nullable Object reference; // what code above the engine uses to refer to this task

    public Task(
            String name,
            TaskLoop loop,
            long starterId,
            ContextValues context,
            ScopeNode base,
            ValueBlock<?, ?> code,
            End end) {
        this.name = name;
        this.loop = loop;
        this.starterId = starterId;
        this.context = context;
        this.base = base;
        this.code = code;
        this.end = end;
        this.carried = loop.carry(this);
        this.thread = carried.thread;
    }

    /** Returns the task whose thread is the current thread, or null. */
    public static @Nullable Task currentOrNull() {
        Thread current = Thread.currentThread();
        if (LOOM && VirtualThreads.schedulerOrNull(current) instanceof TaskThread own && own.thread == current) {
            return own.task;
        }
        return current.isVirtual() && PORTABLE.isBound() && PORTABLE.get().thread == current ? PORTABLE.get() : null;
    }

    /** Returns the current task, or throws {@link NoEventLoopException}. {@code what} names the operation. */
    public static Task require(String what) {
        Objects.requireNonNull(what, "what");
        Task task = currentOrNull();
        if (task == null) {
            throw notInTask(what);
        }
        return task;
    }

    private static NoEventLoopException notInTask(String what) {
        Thread here = Thread.currentThread();
        return new NoEventLoopException("Cannot "
                + what
                + " here: thread '"
                + here.getName()
                + "' is not a task of AnyIO. Call it inside AnyIO.run(...) or in a task that a TaskGroup started"
                + (here.isVirtual() ? "; threads that a task starts by other means are not tasks" : ""));
    }

    /** Returns the highest id assigned so far. */
    static long newestId() {
        return IDS.get();
    }

    /** Runs the body of the thread. */
    void body() {
        if (loop.inheritsScheduler()) {
            runCode();
            return;
        }
        try {
            ScopedValue.where(PORTABLE, this).run(this::runCode);
        } catch (Throwable notBound) { // no memory for the binding, unless the code has run
            if (ran) {
                throw notBound;
            }
            loop.began(this);
            end(null, notBound);
        }
    }

    private void runCode() {
        ran = true;
        Object value = null;
        Throwable failure = null;
        Object traced = null;
        try {
            loop.began(this);
            traced = Tracing.taskBegins(run().trace());
            ValueBlock<?, ?> body = code;
            code = null;
            value = body == null ? null : body.call();
        } catch (Throwable t) { // reported to the group or the waiter of this task
            failure = t;
        }
        while (scope() != base || hasUnfinished()) {
            try {
                abandonTo(base);
                finishGroups();
            } catch (VirtualMachineError full) { // the stack or the heap: this task must not end before its children
                failure = failure == null ? full : failure;
                Thread.onSpinWait();
            }
        }
        Tracing.taskEnds(run().trace(), this, traced, failure);
        end(value, failure);
    }

    private void countEnd() {
        try {
            loop.countEnd(this);
        } catch (VirtualMachineError full) { // the heap: it is only a number
        }
    }

    private void end(@Nullable Object value, @Nullable Throwable failure) {
        countEnd();
        try {
            end.ended(this, value, failure);
        } finally {
            run().taskEnded();
            loop.ended(this);
        }
    }

    /** Makes the task ready for the first time. */
    void start() {
        run().taskStarted();
        Tracing.taskStarts(run().trace(), this);
        try {
            loop.start(this);
        } catch (Throwable notStarted) { // for example, no memory
            run().taskEnded();
            throw notStarted;
        }
    }

    /** Returns a number that is unique in this process. A task that was started later has a greater number. */
    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Returns the object with which code above the engine refers to this task, made by {@code maker} at the first call.
     * Always returns the same object.
     */
    public Object reference(Function<Task, Object> maker) {
        Object known = reference;
        if (known == null) {
            REFERENCE.compareAndSet(this, null, maker.apply(this));
            known = reference;
        }
        return Objects.requireNonNull(known);
    }

    public TaskLoop loop() {
        return loop;
    }

    public Run run() {
        return loop.run();
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public long runId() {
        return run().id();
    }

    @Override
    public int loopIndex() {
        return loop.index();
    }

    /** Returns the id of the task that started this one, or of the task that adopted it with {@link #adopt}. */
    @Override
    public long parentId() {
        long adopter = adopterId;
        return adopter == 0 ? starterId : adopter;
    }

    public void adopt(long newParent) {
        adopterId = newParent;
    }

    public ScopeNode base() {
        return base;
    }

    /** Returns the innermost scope. */
    public ScopeNode scope() {
        ScopeNode innermost = scope;
        return innermost == null ? base : innermost;
    }

    /** Sets the innermost scope, without a fence. A CAS or a fence must follow before the task reads scope marks. */
    void setScope(ScopeNode innermost) {
        SCOPE.setRelease(this, innermost);
    }

    @Override
    public ContextValues context() {
        return context;
    }

    @Override
    public void setContext(ContextValues changed) {
        context = changed;
    }

    @Nullable
    Wait waiting() {
        return waiting;
    }

    /** Publishes a wait, without a fence. A CAS must follow before the task reads scope marks. */
    void setWaiting(@Nullable Wait wait) {
        WAITING.setRelease(this, wait);
    }

    public @Nullable Wait parked() {
        return parked;
    }

    void setParked(@Nullable Wait wait) {
        PARKED.setRelease(this, wait);
        if (wait != null) {
            run().taskParked(true); // until it is woken
        }
    }

    /** Returns the thread with the state of its carrier. */
    TaskThread carried() {
        return carried;
    }

    /** Returns whether it has yielded and waits only for its turn. */
    public boolean awaitsTurn() {
        return carried.awaitsTurn();
    }

    /** Ends a task whose thread could not be started for lack of memory. Called by the watchdog. */
    void neverBegins() {
        code = null;
        loop.counters.endsBeside();
        end.ended(this, null, new OutOfMemoryError("There was not enough memory to start task '" + name + "'"));
        run().taskEnded();
    }

    /**
     * Throws when this task, which must be the current task, is in a cancelled scope. Other tasks run first: a task
     * that continues in spite of every cancellation must not monopolize its loop.
     */
    public void checkCancelled() {
        if (CancelTree.isCancelled(scope())) {
            letOthersRun();
            checkCancelledAgain(); // a shield may have been raised meanwhile
        }
    }

    /** Like {@link #checkCancelled}, for a task that has just let other tasks run. */
    public void checkCancelledAgain() {
        if (CancelTree.isCancelled(scope())) {
            throw cancelled();
        }
    }

    /** Returns the exception to throw for the scope that cancels this task. */
    Cancelled cancelled() {
        return cancelled(null);
    }

    /** Returns the exception to throw for {@code known}, or if it is null, for the scope that cancels this task. */
    Cancelled cancelled(@Nullable CancelCause known) {
        CancelCause cause = known == null ? CancelTree.cause(scope()) : known;
        return RootAccess.root().cancelled(cause == null ? base.causeOf(null) : cause, run().debug());
    }

    /** Repeats a wake-up or a cancellation that a full stack or heap has interrupted. Called by the watchdog. */
    void catchUp() {
        Wait over = parked;
        if (over != null) {
            over.catchUp();
        }
        Wait wait = waiting;
        if (wait != null && CancelTree.isCancelled(scope())) {
            wait.abort();
        }
    }

    /** Leaves all scopes inside {@code last}. */
    void abandonTo(ScopeNode last) {
        for (ScopeNode at = scope(); at != null && at != last; at = at.parent()) {
            at.abandon(this);
        }
        setScope(last);
    }

    /**
     * Throws a {@link StackOverflowError} if there is too little room on the stack to wait. Otherwise waits for the
     * groups it could not wait for before.
     */
    void prepareToWait() {
        waits++;
        if (loop.inheritsScheduler()) {
            StackRoom.require(number());
        } else {
            StackRoom.requireToPassOn(number());
        }
        if (hasUnfinished()) {
            finishGroups();
        }
    }

    /** Returns a number that differs between tasks, and between the waits of one task. */
    int number() {
        return (int) id + waits;
    }

    boolean hasUnfinished() {
        return unfinished != null;
    }

    /** Waits for the tasks of the unfinished groups. */
    void finishGroups() {
        for (ChildGroup group = unfinished; group != null; group = unfinished) {
            unfinished = group.nextUnfinished; // first, because the wait calls this method, too
            try {
                group.finish();
            } catch (VirtualMachineError full) {
                group.nextUnfinished = unfinished;
                unfinished = group;
                throw full;
            }
        }
    }

    /** Records the present scope. Called before the task waits, lets other tasks run, or cancels a scope around it. */
    void markWait() {
        waitedIn = scope();
    }

    /** Returns whether a cancellation of {@code origin} could not reach the task in its last wait, or it is outside. */
    public boolean waitedOutOfReachOf(ScopeNode origin) {
        ScopeNode last = waitedIn;
        if (last != null && CancelTree.isBelow(last, origin)) {
            return !CancelTree.reaches(origin, last);
        }
        return !CancelTree.isBelow(scope(), origin);
    }

    /** Throws in a cancelled scope, lets other tasks run, and checks again. */
    public void checkpoint() {
        step();
        checkCancelled();
        letOthersRun();
        checkCancelledAgain();
    }

    /** Lets other tasks run and throws in a cancelled scope; otherwise does nothing. */
    public void checkpointIfCancelled() {
        stepIfTimed();
        checkCancelled();
    }

    /** Throws in a cancelled scope, and lets other tasks run only if the slice is used up. */
    public void fastCheckpoint() {
        step();
        checkCancelled();
        if (yieldIfSliceUsed()) {
            checkCancelledAgain();
        }
    }

    /** Counts a step of the slice. If the step reads the clock, fires the timers that are due. */
    public void step() {
        loop.step(this);
    }

    /** Like {@link #step}, for a call that never yields. It reads the clock only if this task has a deadline. */
    void stepIfTimed() {
        loop.stepIfTimed(this);
    }

    /** Calls {@link #step}, and then lets other tasks run if some are ready or the slice is used up. */
    public void yieldNow() {
        loop.step(this);
        letOthersRun();
    }

    /** Lets other tasks run if some are ready or the slice is used up. */
    void letOthersRun() {
        markWait();
        loop.yieldTurn(this);
    }

    /** Lets other tasks run only if the slice is used up, and always in a simulation. Returns whether it did. */
    public boolean yieldIfSliceUsed() {
        boolean used = loop.sliceUsed(this);
        if (used) {
            letOthersRun();
        }
        return used;
    }

    /** Like {@link #yieldIfSliceUsed}, for a call that should not yield: only if others have waited for a long time. */
    public boolean yieldIfSliceLongUsed() {
        boolean used = loop.sliceLongUsed();
        if (used) {
            letOthersRun();
        }
        return used;
    }

    /**
     * Lets the tasks that are ready now run before the failure of this task cancels others. A task that this one woke
     * before it failed thus continues first. Does nothing in a simulation, where a policy picks the order of tasks.
     */
    void yieldBeforeFailing() {
        if (run().stepwise() || currentOrNull() != this) {
            return;
        }
        try {
            yieldNow();
        } catch (VirtualMachineError full) { // the stack or the heap
            // the failure cancels the others immediately
        }
    }

    @Override
    public String toString() {
        return "Task[" + id + " '" + name + "']";
    }
}
