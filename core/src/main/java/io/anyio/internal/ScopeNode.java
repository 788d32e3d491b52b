package io.anyio.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree of cancel scopes: a scope of a block, of a task group, or the outermost one of a task.
 *
 * <p>The methods that cancel, the setters and the queries may be called from any thread. Only the host enters and
 * leaves a scope.
 */
public final class ScopeNode {
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

    /** The name of the operation in messages. */
    public static final String ENTER = "enter a cancel scope";

    private static final VarHandle HOST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "host", VarHandle.class, ScopeNode.class, Task.class);
    private static final VarHandle CAUSE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "cause", VarHandle.class, ScopeNode.class, CancelCause.class);
    private static final VarHandle DEADLINE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "deadline", VarHandle.class, ScopeNode.class, long.class);
    private static final VarHandle TIMER = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "timer", VarHandle.class, ScopeNode.class, DeadlineTimer.class);
    private static final VarHandle ATTACHMENT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "attachment", VarHandle.class, ScopeNode.class, Attachment.class);

    /** State that code above the engine keeps with a scope. */
    public interface Attachment {

        /** Called when {@code host} has entered the scope. Must not wait. */
        void entered(ScopeNode scope, Task host);

        /** Returns why the scope is cancelled at its deadline, or null if it is because of the deadline. */
        @Nullable
        CancelCause causeAt(long deadline);
    }

    private final @Nullable ChildList children; // of the group whose scope this is
    private final boolean ahead; // whether the deadline is known to be in the future just before the scope is entered
    private boolean used; // set by the host only, before it clears `host`; others read `host` first

    @Nullable
    ScopeNode parent; // set by the host before the scope becomes its innermost; never changes again

    @Nullable
    volatile Task host; // the task inside; set through HOST and cleared by that task

    private volatile @Nullable CancelCause cause; // set once, by any thread
    private volatile boolean shield; // any thread
    private volatile boolean caught; // set by the host
    private volatile long deadline; // in nanoseconds since the start of the run; any thread
    private volatile @Nullable DeadlineTimer timer; // set once, by the first thread that arms it
    private volatile @Nullable Attachment attachment; // any thread, through ATTACHMENT

    private ScopeNode(long deadline, boolean ahead, boolean shield, @Nullable ChildList children) {
        this.children = children;
        this.ahead = ahead;
        DEADLINE.set(this, deadline); // plain: the scope is published later
        if (shield) {
            this.shield = true;
        }
    }

    /** Creates the scope of a block. */
    public static ScopeNode create(boolean shield) {
        return new ScopeNode(Nanos.NEVER, false, shield, null);
    }

    /**
     * Creates the scope of a block with a deadline.
     *
     * @param deadline in nanoseconds since the start of the run
     * @param ahead whether the deadline is known to be in the future just before the scope is entered
     */
    public static ScopeNode expiring(long deadline, boolean ahead) {
        return new ScopeNode(deadline, ahead, false, null);
    }

    /**
     * Creates the scope of a group. {@code around} is the scope in which it will be entered, if known; tasks can then
     * begin below the new scope before it is entered.
     */
    static ScopeNode ofGroup(ChildList children, @Nullable ScopeNode around) {
        var scope = new ScopeNode(Nanos.NEVER, false, false, children);
        scope.parent = around;
        return scope;
    }

    /** Creates the outermost scope of a task that has not begun. It counts as entered from the start. */
    public static ScopeNode ofTask(@Nullable ScopeNode around) {
        ScopeNode scope = create(false);
        scope.parent = around;
        scope.used = true;
        return scope;
    }

    /** Creates the outermost scope of the first task of a run, with the tasks that other threads start in the run. */
    static ScopeNode ofRun(ChildList children) {
        var scope = new ScopeNode(Nanos.NEVER, false, false, children);
        scope.used = true;
        return scope;
    }

    /**
     * Returns whether it is the scope of a group. That of a run is one while it has tasks that other threads started.
     */
    public boolean isGroup() {
        return children != null && (parent != null || !children.isEmpty());
    }

    /** Sets the task whose outermost scope this is, before the task begins. */
    public void setHost(Task task) {
        HOST.setRelease(this, task); // no other thread knows the task yet
    }

    // ---- entering and leaving ----

    /** Makes the current task the host. Not a checkpoint. */
    public void enter() {
        Task task = Task.require(ENTER);
        if (!takenBy(task)) {
            throw new IllegalStateException(
                    "Each cancel scope can be entered once; create a new one with CancelScope.create()");
        }
        ScopeNode around = task.scope();
        parent = around;
        task.setScope(this);
        Attachment attached = attachment;
        if (deadline == Nanos.NEVER && attached == null) {
            return;
        }
        try {
            if (deadline != Nanos.NEVER) {
                DeadlineTimer.arm(
                        this, task, ahead ? Long.MIN_VALUE : task.run().now());
            }
            if (attached != null) {
                attached.entered(this, task);
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

    /**
     * Leaves the scope. Called by the host.
     *
     * @param failed whether the body has failed
     * @return whether a cancellation among its failures ends at this scope
     */
    public boolean leave(boolean failed) {
        Task task = host;
        ScopeNode around = parent;
        if (task == null || around == null) {
            throw leftWrongly();
        }
        try {
            if (task != Task.currentOrNull()) {
                throw leftWrongly();
            }
            if (task.scope() != this || task.hasUnfinished()) {
                repair(task, failed);
            }
            host = null; // then read the timer; arming writes the timer, then reads the host: one side sees the other
            DeadlineTimer.disarm(this, task);
            task.setScope(around);
            if (failed) {
                expireTogether(task, around);
                return CancelTree.endsAt(this);
            }
            return false;
        } catch (VirtualMachineError full) { // the stack or the heap
            host = null; // no calls here: they could fail again; a timer that is still armed finds no host
            task.scope = around;
            throw full;
        }
    }

    /** Leaves the inner scopes that could not be left because the stack was full. */
    private void repair(Task task, boolean failed) {
        boolean inside = task.scope() != this;
        if (inside && (!failed || !CancelTree.isBelow(task.scope(), this))) {
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
    public boolean end(boolean failed) {
        HOST.setRelease(this, null); // unlike leave(), there is no timer: no code can set a deadline here
        return failed && CancelTree.endsAt(this);
    }

    /** If this scope has expired, expires the scopes around it whose deadlines are not later. */
    private void expireTogether(Task task, ScopeNode around) {
        CancelCause why = cause;
        if (why != null && why.byDeadline() && !shield) {
            DeadlineTimer.expireAround(around, Math.min(deadline, task.run().now())); // it may have been moved since
        }
    }

    // ---- cancelling ----

    /** Cancels this scope for a call by the current thread. Idempotent. */
    public void cancel(@Nullable String reason) {
        if (cause == null) {
            cancelWith(causeOf(reason));
        }
    }

    /** Returns the cause of a cancellation of this scope by the current task or thread. */
    public CancelCause causeOf(@Nullable String reason) {
        Task caller = Task.currentOrNull();
        Task known = caller == null ? host : caller;
        return new CancelCause(
                reason,
                false,
                caller == null ? null : caller.name(),
                caller == null ? Thread.currentThread().getName() : null,
                known != null && known.run().debug() ? new Throwable("cancelled here") : null);
    }

    /** Like {@link #cancel}, for any cause. The first cause is kept. */
    public void cancelWith(CancelCause why) {
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
    private void deliver() {
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

    // ---- the deadline ----

    /** Returns the deadline in nanoseconds since the start of the run, or {@link Nanos#NEVER}. */
    public long deadline() {
        return deadline;
    }

    /** Sets the deadline. One in the past cancels an entered scope. */
    public void setDeadline(long newDeadline) {
        deadline = newDeadline;
        DeadlineTimer.moved(this);
    }

    /** Moves the deadline to {@code nearer} if that is earlier. */
    public void bringForward(long nearer) {
        long before;
        do {
            before = deadline;
            if (before <= nearer) {
                return;
            }
        } while (!DEADLINE.compareAndSet(this, before, nearer));
        DeadlineTimer.moved(this);
    }

    /** Returns whether the deadline has passed at {@code now} and the scope must be cancelled for it. */
    boolean isLate(long now) {
        return deadline <= now && host != null && cause == null;
    }

    /** Marks the scope because its deadline has passed. Returns false if it was marked before. */
    boolean markExpired() {
        return mark(causeAtDeadline());
    }

    /** Returns why the scope is cancelled at its deadline. */
    CancelCause causeAtDeadline() {
        Attachment attached = attachment;
        CancelCause why = attached == null ? null : attached.causeAt(deadline);
        return why == null ? CancelCause.DEADLINE : why;
    }

    @Nullable
    DeadlineTimer timer() {
        return timer;
    }

    /** Returns the timer, which is created when it is used for the first time. */
    DeadlineTimer timerOrNew() {
        DeadlineTimer known = timer;
        if (known != null) {
            return known;
        }
        var made = new DeadlineTimer(this);
        var faster = (DeadlineTimer) TIMER.compareAndExchange(this, null, made);
        return faster == null ? made : faster;
    }

    // ---- properties ----

    public @Nullable ScopeNode parent() {
        return parent;
    }

    public @Nullable Task host() {
        return host;
    }

    /** Returns why this scope was cancelled, or null. Scopes around it do not count. */
    public @Nullable CancelCause cause() {
        return cause;
    }

    public boolean isShielded() {
        return shield;
    }

    /** Raises or lowers the shield, and delivers a cancellation from outside that it no longer stops. */
    public void setShield(boolean raised) {
        shield = raised;
        if (raised) {
            CancelTree.shieldRaised(this);
        } else {
            CancelTree.deliver(this);
        }
    }

    /** Returns whether a cancellation has ended at this scope. */
    public boolean hasCaught() {
        return caught;
    }

    /** Records that a cancellation has ended at this scope. Called by the host. */
    public void setCaught() {
        caught = true;
    }

    /** Returns the tasks of the group whose scope this is, or null. */
    public @Nullable ChildList children() {
        return children;
    }

    public @Nullable Attachment attachment() {
        return attachment;
    }

    /** Replaces the attachment. Returns false if it is no longer {@code before}. */
    public boolean attach(@Nullable Attachment before, Attachment after) {
        return ATTACHMENT.compareAndSet(this, before, after);
    }

    @Override
    public String toString() {
        CancelCause why = cause;
        return (host != null ? "active" : used ? "left" : "new")
                + (shield ? ", shielded" : "")
                + (why == null ? "" : ", " + why.describe())
                + (caught ? ", caught" : "");
    }
}
