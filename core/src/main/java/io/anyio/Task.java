package io.anyio;

import io.anyio.loom.VirtualThreads;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task: a virtual thread bound to one loop for life, and its place in the tree of scopes.
 *
 * <p>On the loop carrier it is also the scheduler of its own thread. A thread that foreign code starts inside a task
 * inherits this scheduler. The task distinguishes it from its own thread and runs it on the JDK's scheduler.
 */
final class Task extends ChildList.Node implements Executor, TaskRef {
    private static final boolean LOOM = VirtualThreads.whyNot().isEmpty();
    private static final AtomicLong IDS = new AtomicLong();

    /** The current task of threads on the JDK's scheduler. An inherited binding is recognized by its other thread. */
    private static final ScopedValue<Task> PORTABLE = ScopedValue.newInstance();

    // written by the task alone, with a release, and read as volatile; where the order against a later read matters,
    // a successful CAS or a fence is in between
    private static final VarHandle SCOPE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "scope", VarHandle.class, Task.class, CancelScope.class);
    private static final VarHandle WAITING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "waiting", VarHandle.class, Task.class, Suspension.class);
    private static final VarHandle PARKED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "parked", VarHandle.class, Task.class, Suspension.class);

    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, Task.class, boolean.class);

    /** An action that runs in the task when its code has ended. Must not wait. */
    abstract static class End {
        abstract void ended(Task task, @Nullable Object value, @Nullable Throwable failure);
    }

    private final long id = IDS.incrementAndGet();
    private final String name;
    private final TaskLoop loop;
    private final End end;
    private final CancelScope base; // the outermost scope of its own
    private final long starterId;
    private volatile long adopterId; // set by started(): the group's host, or 0
    private final Thread thread;
    private @Nullable ValueBlock<?, ?> code; // cleared by the task when it has run
    private ContextValues context; // task only, once started
    private @Nullable Runnable continuation; // set by the first execute(), before the thread runs

    volatile @Nullable CancelScope scope; // the innermost scope, null: base; through SCOPE
    private volatile @Nullable Suspension waiting; // the wait a canceller may abort; through WAITING
    private volatile @Nullable Suspension
            parked; // for diagnosis: the wait it is parked in, shielded or not; through PARKED
    private volatile boolean turn; // portable carrier: granted by the thread that passes the turn on, taken by the task
    private volatile int turnsTaken; // portable carrier: written by the task, read by the watchdog
    private boolean begun; // portable carrier: the thread was started; owned by the thread that passes the turn on
    private boolean ran; // the code has begun, or has run; task only
    private volatile boolean awaitsTurn; // portable carrier: it has yielded; written by the task

    @Nullable
    TaskGroup unfinished; // task only: linked groups that it could not wait for, because the stack or the heap was full

    private int waits; // the number of waits begun; task only, other threads may read an old value
    private @Nullable CancelScope waitedIn; // task only: the innermost scope of its last wait, or cancel

    @SuppressWarnings(
            "unused") // loop carrier: in the ready queue; set by any thread through QUEUED, cleared by the holder
    volatile boolean queued;

    @Nullable
    Task nextReady; // owned by the ready queue that contains it

    Task(
            String name,
            TaskLoop loop,
            long starterId,
            ContextValues context,
            CancelScope base,
            ValueBlock<?, ?> code,
            End end) {
        this.name = name;
        this.loop = loop;
        this.starterId = starterId;
        this.context = context;
        this.base = base;
        this.code = loop.run().isRehearsal() ? code : ContextPropagation.wrap(code);
        this.end = end;
        this.thread = loop.newThread(this);
    }

    /** Returns the task whose thread is the current thread, or null. */
    static @Nullable Task currentOrNull() {
        Thread current = Thread.currentThread();
        if (!current.isVirtual()) {
            return null;
        }
        if (LOOM && VirtualThreads.scheduler(current) instanceof Task task && task.thread == current) {
            return task;
        }
        return PORTABLE.isBound() && PORTABLE.get().thread == current ? PORTABLE.get() : null;
    }

    /** Returns the current task, or throws {@link NoEventLoopException}. {@code what} names the operation. */
    static Task require(String what) {
        Objects.requireNonNull(what, "what");
        Task task = currentOrNull();
        if (task == null) {
            throw NoEventLoopException.forCall(what);
        }
        return task;
    }

    /** Returns the highest id assigned so far. */
    static long newestId() {
        return IDS.get();
    }

    /** Called by the JDK on the loop carrier, with the continuation of this task or of a thread that inherited it. */
    @Override
    public void execute(Runnable command) {
        Runnable own = continuation;
        if (own == null) {
            continuation = command; // start(), before the thread has run: no other thread has this scheduler yet
        } else if (own != command) {
            VirtualThreads.defaultScheduler().execute(command);
            return;
        }
        loop.ready(this);
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
        try {
            loop.began(this);
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
        end(value, failure);
    }

    private void end(@Nullable Object value, @Nullable Throwable failure) {
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
        loop.start(this);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean debugging() {
        return run().debug();
    }

    @Override
    public TaskInfo info() {
        return TaskTree.info(this);
    }

    TaskLoop loop() {
        return loop;
    }

    Run run() {
        return loop.run();
    }

    Thread thread() {
        return thread;
    }

    /** Returns the id of the task that started this one, or of the task that adopted it with {@link #adopt}. */
    long parentId() {
        long adopter = adopterId;
        return adopter == 0 ? starterId : adopter;
    }

    void adopt(long newParent) {
        adopterId = newParent;
    }

    CancelScope base() {
        return base;
    }

    /** Returns the innermost scope. */
    CancelScope scope() {
        CancelScope innermost = scope;
        return innermost == null ? base : innermost;
    }

    /** Sets the innermost scope, without a fence. A CAS or a fence must follow before the task reads scope marks. */
    void setScope(CancelScope innermost) {
        SCOPE.setRelease(this, innermost);
    }

    ContextValues context() {
        return context;
    }

    void setContext(ContextValues changed) {
        context = changed;
    }

    @Nullable
    Suspension waiting() {
        return waiting;
    }

    /** Publishes a wait, without a fence. A CAS must follow before the task reads scope marks. */
    void setWaiting(@Nullable Suspension wait) {
        WAITING.setRelease(this, wait);
    }

    @Nullable
    Suspension parked() {
        return parked;
    }

    void setParked(@Nullable Suspension wait) {
        PARKED.setRelease(this, wait);
        if (wait != null) {
            run().taskParked(true); // until it is woken
        }
    }

    /**
     * Loop carrier: returns whether the caller may add the task to the ready queue. It may be queued already, because
     * the JDK submits the continuation of a ready thread again after another thread has read its stack.
     */
    boolean enqueue() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Loop carrier: records that it was removed from the ready queue; it may be added again from now on. */
    void dequeued() {
        queued = false;
    }

    @Nullable
    Runnable continuation() {
        return continuation;
    }

    /** Portable carrier: lets the task run. The first call starts its thread, which then has its first turn. */
    void grantTurn() {
        if (begun) {
            turn = true;
            LockSupport.unpark(thread);
        } else {
            begun = true; // before the start: the running task may be granted its next turn immediately
            try {
                thread.start();
            } catch (Throwable notStarted) {
                begun = false;
                throw notStarted;
            }
        }
    }

    /** Portable carrier: returns whether its thread was started. */
    boolean hasBegun() {
        return begun;
    }

    /** Portable carrier: ends a task whose thread could not be started for lack of memory. Called by the watchdog. */
    void neverBegins() {
        code = null;
        end.ended(this, null, new OutOfMemoryError("There was not enough memory to start task '" + name + "'"));
        run().taskEnded();
    }

    /** Portable carrier: takes the granted turn. Returns false if there is none. */
    boolean takeTurn() {
        if (turn) {
            turn = false;
            int before = turnsTaken; // this task alone writes it
            turnsTaken = before + 1;
            return true;
        }
        return false;
    }

    /** Portable carrier: returns whether it has yielded and waits only for its turn. */
    boolean awaitsTurn() {
        return awaitsTurn;
    }

    void setAwaitsTurn(boolean now) {
        awaitsTurn = now;
    }

    /** Portable carrier: returns the number of turns it has taken, which distinguishes one turn from the next. */
    int turnsTaken() {
        return turnsTaken;
    }

    /**
     * Throws when this task, which must be the current task, is in a cancelled scope. Other tasks run first: a task
     * that continues in spite of every cancellation must not monopolize its loop.
     */
    void checkCancelled() {
        if (CancelTree.isCancelled(scope())) {
            letOthersRun();
            checkCancelledAgain(); // a shield may have been raised meanwhile
        }
    }

    /** Like {@link #checkCancelled}, for a task that has just let other tasks run. */
    void checkCancelledAgain() {
        if (CancelTree.isCancelled(scope())) {
            throw cancelled();
        }
    }

    /** Returns the exception to throw for the scope that cancels this task. */
    Cancelled cancelled() {
        CancelCause cause = CancelTree.cause(scope());
        return new Cancelled(cause == null ? CancelCause.called(null, this) : cause, run().debug());
    }

    /** Repeats a wake-up or a cancellation that a full stack or heap has interrupted. Called by the watchdog. */
    void catchUp() {
        Suspension over = parked;
        if (over != null) {
            over.catchUp();
        }
        Suspension wait = waiting;
        if (wait != null && CancelTree.isCancelled(scope())) {
            wait.abort();
        }
    }

    /** Leaves all scopes inside {@code last}. */
    void abandonTo(CancelScope last) {
        for (CancelScope at = scope(); at != null && at != last; at = at.parent()) {
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
        for (TaskGroup group = unfinished; group != null; group = unfinished) {
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
    boolean waitedOutOfReachOf(CancelScope origin) {
        CancelScope last = waitedIn;
        if (last != null && CancelTree.isBelow(last, origin)) {
            return !CancelTree.reaches(origin, last);
        }
        return !CancelTree.isBelow(scope(), origin);
    }

    /** Counts a step of the slice. If the step reads the clock, fires the timers that are due. */
    void step() {
        loop.step(this);
    }

    /** Like {@link #step}, for a call that never yields. It reads the clock only if this task has a deadline. */
    void stepIfTimed() {
        loop.stepIfTimed(this);
    }

    /** Calls {@link #step}, and then lets other tasks run if some are ready or the slice is used up. */
    void yieldNow() {
        loop.step(this);
        letOthersRun();
    }

    /** Lets other tasks run if some are ready or the slice is used up. */
    void letOthersRun() {
        markWait();
        loop.yieldTurn(this);
    }

    /** Lets other tasks run only if the slice is used up, and always in a simulation. Returns whether it did. */
    boolean yieldIfSliceUsed() {
        boolean used = run().stepwise() || loop.sliceUsed(this);
        if (used) {
            letOthersRun();
        }
        return used;
    }

    /** Like {@link #yieldIfSliceUsed}, for a call that should not yield: only if others have waited for a long time. */
    boolean yieldIfSliceLongUsed() {
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
