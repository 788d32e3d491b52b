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
 * One task: a virtual thread bound to one loop for life, and where it stands in the tree of scopes.
 *
 * <p>On the loop carrier it is also the scheduler of its own thread, so that a thread which foreign code starts inside
 * a task, and which inherits the scheduler, can be told apart and sent to where it would run outside.
 */
final class Task extends Children.Node implements Executor, TaskRef {
    private static final boolean LOOM = VirtualThreads.whyNot().isEmpty();
    private static final AtomicLong IDS = new AtomicLong();

    /** The current task of threads on the JDK's scheduler; inherited bindings are told apart by the thread. */
    private static final ScopedValue<Task> PORTABLE = ScopedValue.newInstance();

    // written by the task alone, with a release, and read as volatile: where the order against a later read counts,
    // a CAS that succeeds, or a fence, comes in between
    private static final VarHandle SCOPE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "scope", VarHandle.class, Task.class, CancelScope.class);
    private static final VarHandle WAITING = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "waiting", VarHandle.class, Task.class, Suspension.class);
    private static final VarHandle PARKED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "parked", VarHandle.class, Task.class, Suspension.class);

    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, Task.class, boolean.class);

    /** What happens when a task's code has ended; runs in the task, must not wait. */
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

    volatile @Nullable CancelScope scope; // the innermost, null: base; through SCOPE
    private volatile @Nullable Suspension waiting; // the wait a canceller may abort; through WAITING
    private volatile @Nullable Suspension
            parked; // for diagnosis: the wait it is parked in, shielded or not; through PARKED
    private volatile boolean turn; // portable carrier: granted by the one who passes the turn on, taken by the task
    private volatile int turnsTaken; // portable carrier: written by the task, read by the watchdog
    private boolean begun; // portable carrier: whether the thread was started; owned by who passes the turn on
    private volatile boolean awaitsTurn; // portable carrier: it has yielded; written by the task

    @Nullable
    TaskGroup unfinished; // task only: linked groups it could not wait for, because the stack or the heap was full

    private int waits; // task only, others read what it was; how many have begun
    private @Nullable CancelScope waitedIn; // task only: the innermost scope of its last wait, or cancel

    @SuppressWarnings(
            "unused") // loop carrier: in the ready queue; set by any thread through QUEUED, cleared by the holder
    volatile boolean queued;

    @Nullable
    Task nextReady; // owned by the ready queue it stands in

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
        this.code = loop.run().isRehearsal() ? code : ForeignContext.carrying(code);
        this.end = end;
        this.thread = loop.newThread(this);
    }

    /** The current task, or null: the one whose thread is this very thread. */
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

    /** The current task, for a call that only tasks may make. */
    static Task require(String what) {
        Objects.requireNonNull(what, "what");
        Task task = currentOrNull();
        if (task == null) {
            throw NoEventLoopException.forCall(what);
        }
        return task;
    }

    /** The highest id given so far. */
    static long newestId() {
        return IDS.get();
    }

    /** The loop carrier's way in: the JDK hands us the continuation of this task, or of a thread that inherited us. */
    @Override
    public void execute(Runnable command) {
        Runnable own = continuation;
        if (own == null) {
            continuation = command; // start(), before the thread has run: nobody else can know this scheduler yet
        } else if (own != command) {
            VirtualThreads.defaultScheduler().execute(command);
            return;
        }
        loop.ready(this);
    }

    /** The body of the thread. */
    void body() {
        if (loop.inheritsScheduler()) {
            runCode();
        } else {
            ScopedValue.where(PORTABLE, this).run(this::runCode);
        }
    }

    private void runCode() {
        Object value = null;
        Throwable failure = null;
        try {
            loop.began(this);
            ValueBlock<?, ?> body = code;
            code = null;
            value = body == null ? null : body.call();
        } catch (Throwable t) { // whatever it is belongs to whoever waits for this task
            failure = t;
        }
        if (scope() != base) {
            abandonTo(base);
        }
        if (hasUnfinished()) {
            finishGroups();
        }
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

    /** The task that started this one; from {@link #adopt} on, another. */
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

    /** The innermost scope. */
    CancelScope scope() {
        CancelScope innermost = scope;
        return innermost == null ? base : innermost;
    }

    /** Without a fence: before the task looks at what others write to its scopes, a CAS or a fence must follow. */
    void scope(CancelScope innermost) {
        SCOPE.setRelease(this, innermost);
    }

    ContextValues context() {
        return context;
    }

    void context(ContextValues changed) {
        context = changed;
    }

    @Nullable
    Suspension waiting() {
        return waiting;
    }

    /** Without a fence: before the task looks at its scopes, a CAS must follow. */
    void waiting(@Nullable Suspension wait) {
        WAITING.setRelease(this, wait);
    }

    @Nullable
    Suspension parked() {
        return parked;
    }

    void parked(@Nullable Suspension wait) {
        PARKED.setRelease(this, wait);
        if (wait != null) {
            run().taskParked(true); // until it is woken
        }
    }

    /**
     * Loop carrier: whether whoever calls may put it into the ready queue. It may stand there already, because the JDK
     * hands in the continuation of a ready thread once more when somebody has looked at its stack.
     */
    boolean enqueue() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Loop carrier: it was taken out of the ready queue, and what is handed in from now on counts. */
    void dequeued() {
        queued = false;
    }

    @Nullable
    Runnable continuation() {
        return continuation;
    }

    /** Portable carrier: lets the task run. The first time starts its thread, which so has its first turn. */
    void grantTurn() {
        if (begun) {
            turn = true;
            LockSupport.unpark(thread);
        } else {
            begun = true; // before the start: the running task may be granted its next turn at once
            try {
                thread.start();
            } catch (Throwable notStarted) {
                begun = false;
                throw notStarted;
            }
        }
    }

    /** Portable carrier: whether its thread was started. */
    boolean hasBegun() {
        return begun;
    }

    /** Portable carrier: ends a task whose thread could not be started for lack of memory. Called by the watchdog. */
    void neverBegins() {
        code = null;
        end.ended(this, null, new OutOfMemoryError("There was no memory to start task '" + name + "'"));
        run().taskEnded();
    }

    /** Portable carrier: takes the granted turn, if there is one. */
    boolean takeTurn() {
        if (turn) {
            turn = false;
            int before = turnsTaken; // this task alone writes it
            turnsTaken = before + 1;
            return true;
        }
        return false;
    }

    /** Portable carrier: whether it has yielded and waits for nothing but its turn. */
    boolean awaitsTurn() {
        return awaitsTurn;
    }

    void awaitsTurn(boolean now) {
        awaitsTurn = now;
    }

    /** Portable carrier: how many turns it has taken; tells one turn from the next. */
    int turnsTaken() {
        return turnsTaken;
    }

    /**
     * Throws when this task, which must be the current one, stands in a cancelled scope. Others run first: a task that
     * goes on in spite of every cancellation must not keep its loop for itself.
     */
    void checkCancelled() {
        if (CancelTree.isCancelled(scope())) {
            letOthersRun();
            checkCancelledAgain(); // a shield may have been raised meanwhile
        }
    }

    /** {@link #checkCancelled} for a task that has just let others run. */
    void checkCancelledAgain() {
        if (CancelTree.isCancelled(scope())) {
            throw cancelled();
        }
    }

    /** The exception to throw for the scope that cancels this task. */
    Cancelled cancelled() {
        CancelCause cause = CancelTree.cause(scope());
        return new Cancelled(cause == null ? CancelCause.called(null, this) : cause, run().debug());
    }

    /** Repeats a wake-up or a cancellation that a full stack or heap has cut short. Called by the watchdog. */
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
        scope(last);
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

    /** A number that differs from task to task, and from wait to wait of one task. */
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

    /** The task is about to wait, to let others run, or to cancel a scope around it. */
    void waits() {
        waitedIn = scope();
    }

    /**
     * Whether a cancellation of {@code origin} could not have reached this task in its last wait, or it is not below.
     */
    boolean waitedOutOfReachOf(CancelScope origin) {
        CancelScope last = waitedIn;
        if (last != null && CancelTree.isBelow(last, origin)) {
            return !CancelTree.reaches(origin, last);
        }
        return !CancelTree.isBelow(scope(), origin);
    }

    /** Counts a step of the slice, and fires what is due if that is noticed now. */
    void step() {
        loop.step(this);
    }

    /** {@link #step} for a call that never yields: only a deadline of this task can make it read the clock. */
    void stepIfTimed() {
        loop.stepIfTimed(this);
    }

    /** {@link #step}, and lets others run when there are any or the slice is used up. */
    void yieldNow() {
        loop.step(this);
        letOthersRun();
    }

    /** Lets others run when there are any or the slice is used up. */
    void letOthersRun() {
        waits();
        loop.yieldTurn(this);
    }

    /** Lets others run only when the slice is used up, and always in a simulation; true when it did. */
    boolean yieldIfSliceUsed() {
        boolean used = run().stepwise() || loop.sliceUsed(this);
        if (used) {
            letOthersRun();
        }
        return used;
    }

    /** {@link #yieldIfSliceUsed} for a call that should not yield: only when others have been kept waiting for long. */
    boolean yieldIfSliceLongUsed() {
        boolean used = loop.sliceLongUsed();
        if (used) {
            letOthersRun();
        }
        return used;
    }

    /**
     * Runs the tasks that are ready now, before the failure of this task cancels others. A task that this one woke
     * before it failed continues first. Does nothing in a simulation, where a policy picks the order of tasks.
     */
    void standBack() {
        if (run().stepwise() || currentOrNull() != this) {
            return;
        }
        try {
            yieldNow();
        } catch (VirtualMachineError full) { // the stack or the heap
            // the failure cancels the others at once
        }
    }

    @Override
    public String toString() {
        return "Task[" + id + " '" + name + "']";
    }
}
