package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.Nanos;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.Unchecked;
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
    private final ScopeNode node;

    CancelScope(ScopeNode node) {
        this.node = node;
    }

    /**
     * Creates a scope without a deadline or a shield. It can be entered once, with {@link #run} or {@link #call}, and
     * may be cancelled before. May be called from any thread, also outside of a run; the scope belongs to the run in
     * which it is entered. Not a checkpoint. AnyIO cannot create a scope outside of a run.
     */
    public static CancelScope create() {
        return new CancelScope(ScopeNode.create(false));
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
        var scope = new CancelScope(ScopeNode.create(true));
        scope.run(body);
        return scope;
    }

    /** Like {@link #shielded(Block)}, and passes the scope to the body, which can cancel it or lower the shield. */
    public static <X extends Exception> CancelScope shielded(ScopeBlock<X> body) throws X {
        var scope = new CancelScope(ScopeNode.create(true));
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
        node.enter();
    }

    @Nullable
    Throwable leave(@Nullable Throwable failure) {
        return node.leave(failure != null) && failure != null ? withoutCancellations(node, failure) : failure;
    }

    /** Removes the cancellations that {@code node} catches. Returns the failure to rethrow, or null. */
    static @Nullable Throwable withoutCancellations(ScopeNode node, Throwable failure) {
        if (failure instanceof Cancelled) {
            node.setCaught();
            return null;
        }
        if (failure instanceof FailureGroup group && group.contains(Cancelled.class)) {
            node.setCaught();
            return group.without(Cancelled.class).map(FailureGroup::asThrowable).orElse(null);
        }
        return failure;
    }

    // ---- cancelling ----

    /** Cancels everything in this scope, now and later. May be called from any thread; idempotent; not a checkpoint. */
    public void cancel() {
        node.cancel(null);
    }

    /**
     * Like {@link #cancel()}, with a reason, which {@link Cancelled} carries. The first call fixes the reason.
     *
     * <p>For a calling task inside the scope, the cancellation takes effect at its next checkpoint.
     */
    public void cancel(String reason) {
        node.cancel(Objects.requireNonNull(reason, "reason"));
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
        StopRequest.make(node, grace, node.causeOf(null));
    }

    /** Like {@link #cancelAfter(Duration)}, with a reason for {@link Cancelled}. The first call fixes the reason. */
    public void cancelAfter(Duration grace, String reason) {
        StopRequest.make(node, grace, node.causeOf(Objects.requireNonNull(reason, "reason")));
    }

    // ---- properties ----

    /** Returns whether {@link #cancel} was called or the deadline has expired. */
    public boolean cancelCalled() {
        return node.cause() != null;
    }

    /** Returns whether {@link #cancelAfter} was called or the scope is cancelled. */
    public boolean stopRequested() {
        return StopRequest.of(node) != null;
    }

    /** Returns whether this scope caught a cancellation when it was left. */
    public boolean cancelledCaught() {
        return node.hasCaught();
    }

    /** Returns the reason of the first cancellation, if one was given; "deadline exceeded" after a time-out. */
    public Optional<String> cancelReason() {
        CancelCause why = node.cause();
        return why == null ? Optional.empty() : Optional.ofNullable(why.reason());
    }

    /** Returns the time at which this scope cancels itself, or {@link Deadline#NEVER}. */
    public Deadline deadline() {
        return Deadline.ofNanos(node.deadline());
    }

    /** Sets the deadline. One in the past immediately cancels an entered scope. Has no effect on a cancelled scope. */
    public CancelScope setDeadline(Deadline newDeadline) {
        node.setDeadline(Objects.requireNonNull(newDeadline, "newDeadline").nanos());
        return this;
    }

    /** Returns whether this scope is shielded from outer cancellation. Its own cancellation is not affected. */
    public boolean isShielded() {
        return node.isShielded();
    }

    /** Raises or lowers the shield. After it is lowered inside a cancelled scope, the next checkpoint throws. */
    public CancelScope setShield(boolean raised) {
        node.setShield(raised);
        if (!raised) {
            StopRequest.deliver(node);
        }
        return this;
    }

    ScopeNode node() {
        return node;
    }

    @Override
    public String toString() {
        return "CancelScope[" + node + (node.deadline() == Nanos.NEVER ? "" : ", deadline " + deadline()) + "]";
    }
}
