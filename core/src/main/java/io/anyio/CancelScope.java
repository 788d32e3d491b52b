package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A region of code that can be cancelled as a unit. {@link Timeouts} runs blocks in scopes with a deadline.
 *
 * <p>AnyIO: {@code CancelScope}.
 *
 * <p>Scopes nest. Cancelling one cancels every task and scope below it, except below a {@linkplain #isShielded
 * shielded} scope. Cancellation is a level, not an event: until the region is left, <em>every</em> checkpoint in it
 * throws {@link Cancelled}, so code that swallows one exception gets another at its next checkpoint. The cancelled
 * scope catches the exception when it is left. If a scope around it was cancelled too, and no shield lies between them,
 * the outer scope catches the exception instead.
 *
 * <pre>{@code
 * var scope = CancelScope.open(inside -> {
 *     startWork(() -> inside.cancel());          // any task or thread may cancel it
 *     AnyIO.sleepForever();
 * });
 * System.out.println(scope.cancelledCaught());   // true
 * }</pre>
 *
 * <h2>Threads</h2>
 *
 * {@link #cancel}, the setters and the accessors may be called from any thread before, while and after the region runs.
 * The blocks run in the calling task. Entering and leaving a scope are not checkpoints.
 */
public final class CancelScope {
    /*
     *               host     used
     *      new      null     false
     *        │ enter()                    a CAS of `host`: of two tasks that enter, one fails
     *      inside   the task true
     *        │ leave()                    `host` is cleared last
     *      left     null     true
     *
     * `used` is plain, because it is read after `host`: a thread that reads the null written by leave() also reads
     * true.
     *
     * Cancellation (`cause`) is independent of these states. A scope that is cancelled before it is entered must
     * deliver the cancellation inside.
     */

    private static final VarHandle HOST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "host", VarHandle.class, CancelScope.class, Task.class);
    private static final VarHandle CAUSE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cause", VarHandle.class, CancelScope.class, CancelCause.class);
    private static final VarHandle STOP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "stop", VarHandle.class, CancelScope.class, StopRequest.class);
    /** The name of the operation in messages. */
    static final String ENTER = "enter a cancel scope";

    private boolean used; // set by the host only, before it clears `host`; others read `host` first
    private boolean fresh; // set by the host before it enters: the deadline is in the future then
    private final @Nullable TaskGroup group; // the group whose scope this is

    @Nullable
    CancelScope parent; // set by the host before the scope becomes its innermost; never changes again

    @Nullable
    volatile Task host; // the task inside; set through HOST and cleared by that task

    private volatile @Nullable CancelCause cause; // set once, by any thread
    private volatile boolean shield; // any thread
    private volatile @Nullable StopRequest stop; // any thread, through STOP
    private volatile boolean caught; // set by the host

    @Nullable
    volatile Deadline deadline; // any thread; null means never, and saves a write

    @Nullable
    volatile DeadlineTimer expiry; // set once, by the first thread that arms it; see DeadlineTimer

    private CancelScope(Deadline deadline, boolean shield, @Nullable TaskGroup group) {
        this.group = group;
        if (!deadline.equals(Deadline.NEVER)) {
            this.deadline = deadline;
        }
        if (shield) {
            this.shield = true;
        }
    }

    /**
     * Creates a scope without a deadline or a shield. It can be entered once, with {@link #run} or {@link #call}, and
     * may be cancelled before. May be called from any thread, also outside of a run; the scope belongs to the run in
     * which it is entered. Not a checkpoint. AnyIO cannot create a scope outside of a run.
     */
    public static CancelScope create() {
        return new CancelScope(Deadline.NEVER, false, null);
    }

    /**
     * Creates a scope with a deadline.
     *
     * @param ahead whether the deadline is known to be in the future just before the scope is entered
     */
    static CancelScope expiring(Deadline deadline, boolean ahead) {
        var scope = new CancelScope(deadline, false, null);
        scope.fresh = ahead;
        return scope;
    }

    /**
     * Creates the scope of a group. {@code around} is the scope in which it will be entered, if known; tasks can then
     * begin below the new scope before it is entered.
     */
    static CancelScope ofGroup(TaskGroup group, @Nullable CancelScope around) {
        var scope = new CancelScope(Deadline.NEVER, false, group);
        scope.parent = around;
        return scope;
    }

    /** Creates the outermost scope of a task that has not begun. It counts as entered from the start. */
    static CancelScope ofTask(@Nullable CancelScope around) {
        var scope = create();
        scope.parent = around;
        scope.used = true;
        return scope;
    }

    /** Sets the task whose outermost scope this is, before the task begins. */
    void setHost(Task task) {
        HOST.setRelease(this, task); // no other thread knows the task yet
    }

    // ---- blocks ----

    /** Runs {@code body} in a new scope and returns that scope. Not a checkpoint. */
    public static <X extends Exception> CancelScope open(ScopeBlock<X> body) throws X {
        var scope = create();
        scope.enterAndRun(body);
        return scope;
    }

    /** Runs {@code body} in a new scope, shielded from outer cancellation. AnyIO: {@code CancelScope(shield=True)}. */
    public static <X extends Exception> CancelScope shielded(Block<X> body) throws X {
        var scope = new CancelScope(Deadline.NEVER, true, null);
        scope.run(body);
        return scope;
    }

    /** Like {@link #shielded(Block)}, and passes the scope to the body, which can cancel it or lower the shield. */
    public static <X extends Exception> CancelScope shielded(ScopeBlock<X> body) throws X {
        var scope = new CancelScope(Deadline.NEVER, true, null);
        scope.enterAndRun(body);
        return scope;
    }

    /**
     * Enters this scope, runs {@code body} in the calling task, and leaves the scope. A scope can be entered once.
     *
     * @throws IllegalStateException when the scope was entered before
     * @throws NoEventLoopException when not called by a task
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        enter();
        Throwable failure = null;
        try {
            body.run();
        } catch (Throwable t) { // leave() decides what to rethrow
            failure = t;
        }
        Unchecked.rethrow(leave(failure));
    }

    /** Like {@link #run}, and returns the value, or {@code otherwise} when this scope caught its own cancellation. */
    public <T extends @Nullable Object, X extends Exception> T call(T otherwise, ValueBlock<T, X> body) throws X {
        enter();
        T value = otherwise;
        Throwable failure = null;
        try {
            value = body.call();
        } catch (Throwable t) { // leave() decides what to rethrow
            failure = t;
        }
        Unchecked.rethrow(leave(failure));
        return value;
    }

    <X extends Exception> void enterAndRun(ScopeBlock<X> body) throws X {
        enter();
        Throwable failure = null;
        try {
            body.run(this);
        } catch (Throwable t) { // leave() decides what to rethrow
            failure = t;
        }
        Unchecked.rethrow(leave(failure));
    }

    // ---- entering and leaving ----

    void enter() {
        Task task = Task.require(ENTER);
        if (!takenBy(task)) {
            throw new IllegalStateException(
                    "Each cancel scope can be entered once; create a new one with CancelScope.create()");
        }
        CancelScope around = task.scope();
        parent = around;
        task.setScope(this);
        try {
            if (deadline != null) {
                DeadlineTimer.arm(
                        this, task, fresh ? Long.MIN_VALUE : task.run().now());
            }
            if (stop != null) {
                StopRequest.begin(this, task);
            }
        } catch (VirtualMachineError full) { // the stack or the heap
            host = null; // no calls here: they could fail again
            task.scope = around;
            throw full;
        }
    }

    /** Makes the task the host. Returns false when the scope has or had a host. */
    private boolean takenBy(Task task) {
        if (used || !HOST.compareAndSet(this, null, task)) {
            return false;
        }
        if (used) { // another task has entered and left since the first read
            host = null;
            return false;
        }
        used = true;
        return true;
    }

    /** Leaves the scope. Takes the failure of the body, or null, and returns the failure to rethrow, or null. */
    @Nullable
    Throwable leave(@Nullable Throwable failure) {
        Task task = host;
        CancelScope around = parent;
        if (task == null || around == null) {
            throw leftWrongly();
        }
        try {
            if (task != Task.currentOrNull()) {
                throw leftWrongly();
            }
            if (task.scope() != this || task.hasUnfinished()) {
                repair(task, failure);
            }
            host = null; // then read the timer; arming writes the timer, then reads the host: one side sees the other
            DeadlineTimer.disarm(this, task);
            task.setScope(around);
            if (failure != null) {
                expireTogether(task, around);
            }
            return filter(failure);
        } catch (VirtualMachineError full) { // the stack or the heap
            host = null; // no calls here: they could fail again; a timer that is still armed finds no host
            task.scope = around;
            throw full;
        }
    }

    /** Leaves the inner scopes that could not be left because the stack was full. */
    private void repair(Task task, @Nullable Throwable failure) {
        boolean inside = task.scope() != this;
        if (inside && (failure == null || !CancelTree.isBelow(task.scope(), this))) {
            throw leftWrongly();
        }
        task.abandonTo(this);
        task.finishGroups();
    }

    /** Leaves this scope for a task that could not leave it by itself. */
    void abandon(Task task) {
        host = null;
        DeadlineTimer.disarm(this, task);
    }

    private static IllegalStateException leftWrongly() {
        return new IllegalStateException(
                "A cancel scope must be left by the task that entered it, innermost scope first");
    }

    /** Leaves the outermost scope of a task whose code has ended; otherwise like {@link #leave}. */
    @Nullable
    Throwable end(@Nullable Throwable failure) {
        HOST.setRelease(this, null); // unlike leave(), there is no timer: no code can set a deadline here
        return filter(failure);
    }

    /** Removes the cancellations that this scope catches. */
    private @Nullable Throwable filter(@Nullable Throwable failure) {
        if (failure == null || !CancelTree.endsAt(this)) {
            return failure;
        }
        if (failure instanceof Cancelled) {
            caught = true;
            return null;
        }
        if (failure instanceof FailureGroup group && group.contains(Cancelled.class)) {
            caught = true;
            return group.without(Cancelled.class).map(FailureGroup::asThrowable).orElse(null);
        }
        return failure;
    }

    /** If this scope has expired, expires the scopes around it whose deadlines are not later. */
    private void expireTogether(Task task, CancelScope around) {
        CancelCause why = cause;
        if (why != null && why.byDeadline() && !shield) {
            DeadlineTimer.expireAround(
                    around, Math.min(deadline().nanos(), task.run().now())); // it may have been moved since
        }
    }

    // ---- cancelling ----

    /** Cancels everything in this scope, now and later. May be called from any thread; idempotent; not a checkpoint. */
    public void cancel() {
        cancelFor(null);
    }

    /**
     * Like {@link #cancel()}, with a reason, which {@link Cancelled} carries. The first call fixes the reason.
     *
     * <p>For a calling task inside the scope, the cancellation takes effect at its next checkpoint.
     */
    public void cancel(String reason) {
        cancelFor(Objects.requireNonNull(reason, "reason"));
    }

    /**
     * Requests everything in this scope to stop, and cancels what has not ended after {@code grace}. Cancels
     * immediately if {@code grace} is zero or negative. May be called from any thread. Repeated calls can only shorten
     * the grace period. Not a checkpoint.
     *
     * <p>Code in the scope observes the request through {@link StopRequest}. The end of the period becomes the
     * {@link #deadline}, unless that is nearer already, so {@link AnyIO#currentEffectiveDeadline} tells how much time
     * is left. The scope is then cancelled; this does not count as a time-out. Moving the deadline afterwards turns it
     * into an ordinary deadline. If the scope has not been entered, the request takes effect and the period begins when
     * it is entered. AnyIO has no counterpart.
     */
    public void cancelAfter(Duration grace) {
        StopRequest.make(this, grace, CancelCause.called(null, host));
    }

    /** Like {@link #cancelAfter(Duration)}, with a reason for {@link Cancelled}. The first call fixes the reason. */
    public void cancelAfter(Duration grace, String reason) {
        StopRequest.make(this, grace, CancelCause.called(Objects.requireNonNull(reason, "reason"), host));
    }

    void cancelFor(@Nullable String reason) {
        if (cause == null) {
            cancelWith(CancelCause.called(reason, host));
        }
    }

    /** Like {@link #cancel()}, for any cause. The first cause is kept. */
    void cancelWith(CancelCause why) {
        if (mark(why)) {
            try {
                deliver();
            } catch (VirtualMachineError full) { // the stack or the heap
                Watchdog.catchUp = true; // no calls here: they could fail again
            }
        }
    }

    /** The first half of {@link #cancelWith}: marks the scope, wakes no task. Returns false if it was marked before. */
    boolean mark(CancelCause why) {
        return CAUSE.compareAndSet(this, null, why);
    }

    /** The second half of {@link #cancelWith}: wakes the tasks below. */
    void deliver() {
        Task by = Task.currentOrNull();
        if (by != null && CancelTree.isBelow(by.scope(), this)) {
            by.markWait(); // its present scope tells whether this cancellation can reach it
        }
        tell();
    }

    /** Wakes the tasks below, unless the delivery of a mark above wakes them. */
    void tell() {
        if (!CancelTree.isCovered(this)) {
            CancelTree.deliver(this);
        }
    }

    // ---- properties ----

    /** Returns whether {@link #cancel} was called or the deadline has expired. */
    public boolean cancelCalled() {
        return cause != null;
    }

    /** Returns whether {@link #cancelAfter} was called or the scope is cancelled. */
    public boolean stopRequested() {
        return StopRequest.of(this) != null;
    }

    /** Returns whether this scope caught a cancellation when it was left. */
    public boolean cancelledCaught() {
        return caught;
    }

    /** Returns the reason of the first cancellation, if one was given; "deadline exceeded" after a time-out. */
    public Optional<String> cancelReason() {
        CancelCause why = cause;
        return why == null ? Optional.empty() : Optional.ofNullable(why.reason());
    }

    /** Returns the time at which this scope cancels itself, or {@link Deadline#NEVER}. */
    public Deadline deadline() {
        Deadline known = deadline;
        return known == null ? Deadline.NEVER : known;
    }

    /** Sets the deadline. One in the past immediately cancels an entered scope. Has no effect on a cancelled scope. */
    public CancelScope setDeadline(Deadline newDeadline) {
        deadline = Objects.requireNonNull(newDeadline, "newDeadline");
        DeadlineTimer.moved(this);
        return this;
    }

    /** Returns whether this scope is shielded from outer cancellation. Its own cancellation is not affected. */
    public boolean isShielded() {
        return shield;
    }

    /** Raises or lowers the shield. After it is lowered inside a cancelled scope, the next checkpoint throws. */
    public CancelScope setShield(boolean raised) {
        shield = raised;
        if (raised) {
            CancelTree.shieldRaised(this);
        } else {
            CancelTree.deliver(this);
            StopRequest.deliver(this);
        }
        return this;
    }

    @Nullable
    CancelCause cause() {
        return cause;
    }

    @Nullable
    CancelScope parent() {
        return parent;
    }

    @Nullable
    Task host() {
        return host;
    }

    @Nullable
    StopRequest stop() {
        return stop;
    }

    boolean replaceStop(@Nullable StopRequest before, StopRequest after) {
        return STOP.compareAndSet(this, before, after);
    }

    @Nullable
    TaskGroup group() {
        return group;
    }

    @Override
    public String toString() {
        CancelCause why = cause;
        return "CancelScope[" + state()
                + (shield ? ", shielded" : "")
                + (deadline().equals(Deadline.NEVER) ? "" : ", deadline " + deadline())
                + (why == null ? "" : ", " + why.describe())
                + (caught ? ", caught" : "")
                + "]";
    }

    private String state() {
        if (host != null) {
            return "active";
        }
        return used ? "left" : "new";
    }
}
