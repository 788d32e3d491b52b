package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A region of code that can be cancelled as a unit. AnyIO: {@code CancelScope}, {@code move_on_after},
 * {@code move_on_at}, {@code fail_after}, {@code fail_at}.
 *
 * <p>Scopes nest. Cancelling one cancels every task and scope below it, except below a {@linkplain #shield() shielded}
 * scope. Cancellation is a level, not an event: until the region is left, <em>every</em> checkpoint in it throws
 * {@link Cancelled}, so code that swallows the first is told again at the next. The scope that was cancelled catches
 * the exception when it is left, unless a scope around it that is visible through it was cancelled too; then that one
 * catches it.
 *
 * <pre>{@code
 * var scope = CancelScope.moveOnAfter(Duration.ofSeconds(1), () -> AnyIO.sleepForever());
 * System.out.println(scope.cancelledCaught());   // true
 * }</pre>
 *
 * <h2>Threads</h2>
 *
 * {@link #cancel}, the setters and the accessors may be called from any thread, before, during and after the region
 * runs. The blocks run in the calling task. Entering and leaving a scope are not checkpoints.
 */
public final class CancelScope {
    /*
     *               host     used
     *      new      null     false
     *        │ enter()                    a CAS of `host`: of two tasks that enter, one finds it taken
     *      inside   the task true
     *        │ leave()                    `host` is cleared last
     *      left     null     true
     *
     * `used` is plain, because everybody looks at it behind `host`: who reads the null that leave() wrote reads true.
     *
     * Whether it is cancelled (`cause`) is independent of that: a scope may be cancelled before it is entered, and must
     * then deliver inside.
     */

    private static final VarHandle HOST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "host", VarHandle.class, CancelScope.class, Task.class);
    private static final VarHandle CAUSE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cause", VarHandle.class, CancelScope.class, CancelCause.class);
    private static final VarHandle STOP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "stop", VarHandle.class, CancelScope.class, StopRequest.class);
    /** What entering is called in messages. */
    static final String ENTER = "enter a cancel scope";

    private boolean used; // set by the host before it clears `host`, and by it alone; others read `host` first
    private boolean fresh; // set by the host before it enters, if the deadline is in the future then
    private final @Nullable TaskGroup group; // the group whose scope this is

    @Nullable
    CancelScope parent; // set by the host before the scope becomes its innermost; stays

    @Nullable
    volatile Task host; // the task inside; set by it through HOST, and cleared by it

    private volatile @Nullable CancelCause cause; // set once by any thread
    private volatile boolean shield; // any thread
    private volatile @Nullable StopRequest stop; // any thread, through STOP
    private volatile boolean caught; // set by the host

    @Nullable
    volatile Deadline deadline; // any thread; null, which costs no write: never

    @Nullable
    volatile Expiry expiry; // set once by the first who arms; see there

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
     * A scope without deadline or shield, to be entered once with {@link #run} or {@link #call}. May be cancelled
     * before. Can be made anywhere, also outside of a run; it belongs to the run in which it is entered. Not a
     * checkpoint. AnyIO refuses to make one outside of a run.
     */
    public static CancelScope create() {
        return new CancelScope(Deadline.NEVER, false, null);
    }

    /**
     * A scope with a deadline.
     *
     * @param ahead whether it is known to be in the future just before the scope is entered
     */
    static CancelScope expiring(Deadline deadline, boolean ahead) {
        var scope = new CancelScope(deadline, false, null);
        scope.fresh = ahead;
        return scope;
    }

    /** With {@code around} if it is known which scope this one will be entered in: tasks may begin below it before. */
    static CancelScope ofGroup(TaskGroup group, @Nullable CancelScope around) {
        var scope = new CancelScope(Deadline.NEVER, false, group);
        scope.parent = around;
        return scope;
    }

    /** The outermost scope of a task that has not begun: entered from the start. */
    static CancelScope ofTask(@Nullable CancelScope around) {
        var scope = create();
        scope.parent = around;
        scope.used = true;
        return scope;
    }

    /** Says whose outermost scope this is, before the task begins. */
    void host(Task task) {
        HOST.setRelease(this, task); // nobody else knows the task yet
    }

    // ---- blocks ----

    /** Runs {@code body} in a scope of its own and returns that scope. Not a checkpoint. */
    public static <X extends Exception> CancelScope open(ScopeBlock<X> body) throws X {
        var scope = create();
        scope.enterAndRun(body);
        return scope;
    }

    /** Runs {@code body} where cancellation from outside does not reach it. AnyIO: {@code CancelScope(shield=True)}. */
    public static <X extends Exception> CancelScope shielded(Block<X> body) throws X {
        var scope = new CancelScope(Deadline.NEVER, true, null);
        scope.run(body);
        return scope;
    }

    /** {@link #shielded(Block)} with the scope, so that the body can cancel it or lower the shield. */
    public static <X extends Exception> CancelScope shielded(ScopeBlock<X> body) throws X {
        var scope = new CancelScope(Deadline.NEVER, true, null);
        scope.enterAndRun(body);
        return scope;
    }

    /**
     * Runs {@code body} and gives it up after {@code delay}, silently; the returned scope tells which. The time runs
     * from this call. A body that begins with {@code scope.shield(true)} is ended by the time-out only, not by a
     * cancellation from outside. AnyIO: {@code move_on_after}, also with {@code shield=True}.
     *
     * <p>A reference to an overloaded method, such as {@code moveOnAfter(delay, socket::receive)}, is ambiguous to the
     * compiler; write a lambda instead.
     */
    public static <X extends Exception> CancelScope moveOnAfter(Duration delay, ScopeBlock<X> body) throws X {
        return TimeLimits.moveOn(TimeLimits.in(delay), body);
    }

    /** {@link #moveOnAfter(Duration, ScopeBlock)} for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOnAfter(Duration delay, Block<X> body) throws X {
        return TimeLimits.moveOn(TimeLimits.in(delay), body);
    }

    /** {@link #moveOnAfter(Duration, ScopeBlock)} for a value, or {@code otherwise} after a time-out. */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAfter(
            Duration delay, T otherwise, ValueBlock<T, X> body) throws X {
        return TimeLimits.in(delay).call(otherwise, body);
    }

    /** Runs {@code body} and gives it up at {@code deadline}, silently. AnyIO: {@code move_on_at}. */
    public static <X extends Exception> CancelScope moveOnAt(Deadline deadline, ScopeBlock<X> body) throws X {
        return TimeLimits.moveOn(TimeLimits.at(deadline), body);
    }

    /** {@link #moveOnAt(Deadline, ScopeBlock)} for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOnAt(Deadline deadline, Block<X> body) throws X {
        return TimeLimits.moveOn(TimeLimits.at(deadline), body);
    }

    /** {@link #moveOnAt(Deadline, ScopeBlock)} for a value, or {@code otherwise} after a time-out. */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAt(
            Deadline deadline, T otherwise, ValueBlock<T, X> body) throws X {
        return TimeLimits.at(deadline).call(otherwise, body);
    }

    /**
     * Runs {@code body} and fails when it takes longer than {@code delay}. AnyIO: {@code fail_after}.
     *
     * <p>It fails exactly when this scope caught the cancellation of its own deadline: not when somebody cancelled it
     * by hand, however late, and not when a scope outside was cancelled. A body that begins with
     * {@code scope.shield(true)} is not reached by a cancellation from outside. AnyIO: {@code shield=True}.
     *
     * <p>A reference to an overloaded method, such as {@code failAfter(delay, socket::receive)}, is ambiguous to the
     * compiler; write a lambda instead.
     *
     * @throws TimedOutException after a time-out
     */
    public static <X extends Exception> CancelScope failAfter(Duration delay, ScopeBlock<X> body) throws X {
        return failAfter(delay, TimedOutException.USUAL, body);
    }

    /** {@link #failAfter(Duration, ScopeBlock)} for a body that does not need the scope. */
    public static <X extends Exception> void failAfter(Duration delay, Block<X> body) throws X {
        failAfter(delay, TimedOutException.USUAL, body);
    }

    /** {@link #failAfter(Duration, ScopeBlock)} for a value. */
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration delay, ValueBlock<T, X> body)
            throws X {
        return failAfter(delay, TimedOutException.USUAL, body);
    }

    /**
     * {@link #failAfter(Duration, ScopeBlock)} with a reason, which becomes the message of the
     * {@link TimedOutException}.
     */
    public static <X extends Exception> CancelScope failAfter(Duration delay, String reason, ScopeBlock<X> body)
            throws X {
        return TimeLimits.fail(TimeLimits.in(delay), reason, body);
    }

    /** {@link #failAfter(Duration, String, ScopeBlock)} for a body that does not need the scope. */
    public static <X extends Exception> void failAfter(Duration delay, String reason, Block<X> body) throws X {
        TimeLimits.fail(TimeLimits.in(delay), reason, body);
    }

    /** {@link #failAfter(Duration, String, ScopeBlock)} for a value. */
    public static <T extends @Nullable Object, X extends Exception> T failAfter(
            Duration delay, String reason, ValueBlock<T, X> body) throws X {
        return TimeLimits.fail(TimeLimits.in(delay), reason, body);
    }

    /** {@link #failAfter(Duration, ScopeBlock)} with an absolute deadline. AnyIO: {@code fail_at}. */
    public static <X extends Exception> CancelScope failAt(Deadline deadline, ScopeBlock<X> body) throws X {
        return failAt(deadline, TimedOutException.USUAL, body);
    }

    /** {@link #failAfter(Duration, Block)} with an absolute deadline. */
    public static <X extends Exception> void failAt(Deadline deadline, Block<X> body) throws X {
        failAt(deadline, TimedOutException.USUAL, body);
    }

    /** {@link #failAfter(Duration, ValueBlock)} with an absolute deadline. */
    public static <T extends @Nullable Object, X extends Exception> T failAt(Deadline deadline, ValueBlock<T, X> body)
            throws X {
        return failAt(deadline, TimedOutException.USUAL, body);
    }

    /** {@link #failAfter(Duration, String, ScopeBlock)} with an absolute deadline. */
    public static <X extends Exception> CancelScope failAt(Deadline deadline, String reason, ScopeBlock<X> body)
            throws X {
        return TimeLimits.fail(TimeLimits.at(deadline), reason, body);
    }

    /** {@link #failAfter(Duration, String, ValueBlock)} with an absolute deadline. */
    public static <T extends @Nullable Object, X extends Exception> T failAt(
            Deadline deadline, String reason, ValueBlock<T, X> body) throws X {
        return TimeLimits.fail(TimeLimits.at(deadline), reason, body);
    }

    /** {@link #failAfter(Duration, String, Block)} with an absolute deadline. */
    public static <X extends Exception> void failAt(Deadline deadline, String reason, Block<X> body) throws X {
        TimeLimits.fail(TimeLimits.at(deadline), reason, body);
    }

    /**
     * Enters this scope, runs {@code body} in the calling task, and leaves it. A scope can be entered once.
     *
     * @throws IllegalStateException when it was entered before
     * @throws NoEventLoopException when not called by a task
     */
    public <X extends Exception> void run(Block<X> body) throws X {
        enter();
        Throwable failure = null;
        try {
            body.run();
        } catch (Throwable t) { // leave() decides what goes on outward
            failure = t;
        }
        Unchecked.rethrow(leave(failure));
    }

    /** {@link #run} for a value, or {@code otherwise} when this scope was cancelled and caught it. */
    public <T extends @Nullable Object, X extends Exception> T call(T otherwise, ValueBlock<T, X> body) throws X {
        enter();
        T value = otherwise;
        Throwable failure = null;
        try {
            value = body.call();
        } catch (Throwable t) { // leave() decides what goes on outward
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
        } catch (Throwable t) { // leave() decides what goes on outward
            failure = t;
        }
        Unchecked.rethrow(leave(failure));
    }

    // ---- entering and leaving ----

    void enter() {
        Task task = Task.require(ENTER);
        if (!takenBy(task)) {
            throw new IllegalStateException(
                    "Each cancel scope can be entered once; make a new one with CancelScope.create()");
        }
        CancelScope around = task.scope();
        parent = around;
        task.scope(this);
        try {
            if (deadline != null) {
                Expiry.arm(this, task, fresh ? Long.MIN_VALUE : task.run().now());
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

    /** Makes the task the host, once in the life of this scope. */
    private boolean takenBy(Task task) {
        if (used || !HOST.compareAndSet(this, null, task)) {
            return false;
        }
        if (used) { // another task has entered and left since the first look
            host = null;
            return false;
        }
        used = true;
        return true;
    }

    /** Leaves the scope with what the body threw, if anything, and gives what goes on outward. */
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
            host = null; // before reading the timer; arming writes the timer, then reads the host: one sees the other
            Expiry.disarm(this, task);
            task.scope(around);
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

    /** Leaves the scopes inside this one that could not be left because the stack was full. */
    private void repair(Task task, @Nullable Throwable failure) {
        boolean inside = task.scope() != this;
        if (inside && (failure == null || !CancelTree.isBelow(task.scope(), this))) {
            throw leftWrongly();
        }
        task.abandonTo(this);
        task.finishGroups();
    }

    /** Leaves this scope on behalf of a task that could not. */
    void abandon(Task task) {
        host = null;
        Expiry.disarm(this, task);
    }

    private static IllegalStateException leftWrongly() {
        return new IllegalStateException(
                "A cancel scope must be left by the task that entered it, innermost scope first");
    }

    /** The outermost scope of a task has ended with its code. */
    @Nullable
    Throwable end(@Nullable Throwable failure) {
        HOST.setRelease(this, null); // no timer to look at, as in leave(): nobody can give this scope a deadline
        return filter(failure);
    }

    /** Takes out the cancellations that this scope catches. */
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

    /** The scopes around that have the same deadline, or an earlier one, have expired if this one has. */
    private void expireTogether(Task task, CancelScope around) {
        CancelCause why = cause;
        if (why != null && why.byDeadline() && !shield) {
            Expiry.expireAround(around, Math.min(deadline().nanos(), task.run().now())); // it may have been moved since
        }
    }

    // ---- cancelling ----

    /** Cancels everything in this scope, now and from now on. Any thread; idempotent; not a checkpoint. */
    public void cancel() {
        cancelFor(null);
    }

    /**
     * {@link #cancel()} with a reason, which {@link Cancelled} carries. The first call fixes the reason.
     *
     * <p>Called by a task inside the scope it takes effect at that task's next checkpoint.
     */
    public void cancel(String reason) {
        cancelFor(Objects.requireNonNull(reason, "reason"));
    }

    /**
     * Asks everything in this scope to stop, and cancels what has not ended when {@code grace} is over; at once when it
     * is zero or less. Any thread; idempotent, only that a shorter period counts; not a checkpoint.
     *
     * <p>Code in the scope learns of it through {@link StopRequest}. The end of the period becomes the
     * {@link #deadline}, if that was not nearer, so that {@link AnyIO#currentEffectiveDeadline} tells how long there
     * is. What comes then is a cancellation, not a time-out; whoever moves the deadline afterwards makes it an ordinary
     * one. Before the scope is entered nobody is asked, and the period runs from the entry. AnyIO has no counterpart.
     */
    public void cancelAfter(Duration grace) {
        StopRequest.make(this, grace, CancelCause.called(null, host));
    }

    /**
     * {@link #cancelAfter(Duration)} with a reason, which {@link Cancelled} carries. The first call fixes the reason.
     */
    public void cancelAfter(Duration grace, String reason) {
        StopRequest.make(this, grace, CancelCause.called(Objects.requireNonNull(reason, "reason"), host));
    }

    void cancelFor(@Nullable String reason) {
        if (cause == null) {
            cancelWith(CancelCause.called(reason, host));
        }
    }

    /** {@link #cancel()} for any cause; the first one stays. */
    void cancelWith(CancelCause why) {
        if (mark(why)) {
            try {
                deliver();
            } catch (VirtualMachineError full) { // the stack or the heap
                Watchdog.catchUp = true; // no calls here: they could fail again
            }
        }
    }

    /** The first half of {@link #cancelWith}: no task learns of it by this alone. Whether it was not cancelled yet. */
    boolean mark(CancelCause why) {
        return CAUSE.compareAndSet(this, null, why);
    }

    /** The second half of {@link #cancelWith}. */
    void deliver() {
        Task by = Task.currentOrNull();
        if (by != null && CancelTree.isBelow(by.scope(), this)) {
            by.waits(); // where it stands now says whether this can reach it
        }
        tell();
    }

    /** Wakes the tasks below, unless the delivery of a mark above does. */
    void tell() {
        if (!CancelTree.isCovered(this)) {
            CancelTree.deliver(this);
        }
    }

    // ---- properties ----

    /** Whether {@link #cancel} was called or the deadline has expired. */
    public boolean cancelCalled() {
        return cause != null;
    }

    /** Whether {@link #cancelAfter} was called, or the scope is cancelled. */
    public boolean stopRequested() {
        return StopRequest.of(this) != null;
    }

    /** Whether this scope caught a cancellation when it was left. */
    public boolean cancelledCaught() {
        return caught;
    }

    /** The reason of the first cancellation, if one was given; "deadline exceeded" after a time-out. */
    public Optional<String> cancelReason() {
        CancelCause why = cause;
        return why == null ? Optional.empty() : Optional.ofNullable(why.reason());
    }

    /** When this scope cancels itself; {@link Deadline#NEVER} for none. */
    public Deadline deadline() {
        Deadline known = deadline;
        return known == null ? Deadline.NEVER : known;
    }

    /**
     * Moves the deadline. In the past: cancels at once, if the scope is entered. Without effect once the scope is
     * cancelled.
     */
    public CancelScope deadline(Deadline newDeadline) {
        deadline = Objects.requireNonNull(newDeadline, "newDeadline");
        Expiry.moved(this);
        return this;
    }

    /** Whether cancellation from outside is kept away from this scope. Its own cancellation never is. */
    public boolean shield() {
        return shield;
    }

    /** Raises or lowers the shield; lowered inside a cancelled scope, the next checkpoint throws. */
    public CancelScope shield(boolean raised) {
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

    boolean stop(@Nullable StopRequest before, StopRequest after) {
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
