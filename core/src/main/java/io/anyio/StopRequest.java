package io.anyio;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The task's view of {@link CancelScope#cancelAfter}: whether it has been requested to stop, before it is cancelled.
 *
 * <pre>{@code
 * void serve(Listener<SocketStream> listener) {
 *     StopRequest.moveOn(() -> {          // stops accepting as soon as requested
 *         while (true) {
 *             SocketStream connection = listener.accept();
 *             group.startSoon(() -> talk(connection));   // has until the end of the grace period
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>Like a cancellation, a request is a level: it remains until the scope is left, for every task and scope below it
 * that is not protected by a {@linkplain CancelScope#isShielded shield}. Cancelling a scope implies a request. A
 * request has no effect on code that does not check for it, and costs nothing where it is not used. For tasks only.
 *
 * <p>AnyIO has no counterpart.
 */
public final class StopRequest {
    /*
     * The state of the requests to one scope: an immutable value, replaced by CAS. A listening scope is cancelled as
     * soon as a request is visible from it.
     *
     * Delivery works as for cancellation. The requester marks the scope and then walks the tasks below it; the listener
     * enters its scope and then checks for marks above it. At least one of the two sees the other.
     */

    private static final StopRequest LISTENING = new StopRequest(true, null, Duration.ZERO, null);

    private final boolean listening;
    private final @Nullable CancelCause cause; // why it was requested to stop, if it was
    private final Duration grace;
    private final @Nullable Deadline end; // of the grace period, when it has begun

    private StopRequest(boolean listening, @Nullable CancelCause cause, Duration grace, @Nullable Deadline end) {
        this.listening = listening;
        this.cause = cause;
        this.grace = grace;
        this.end = end;
    }

    // ---- for tasks ----

    /**
     * Returns whether the current task has been requested to stop, or is cancelled. Not a checkpoint.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static boolean isPending() {
        return visible(Task.require("ask whether to stop").scope()) != null;
    }

    /**
     * Waits until the current task is requested to stop. A checkpoint; if it was requested before, other tasks run only
     * when the slice is used up.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void await() {
        Task task = Task.require("wait for a request to stop");
        if (visible(task.scope()) == null) {
            moveOn(() -> AnyIO.sleepForever());
        }
        Checkpoints.fast();
    }

    /**
     * Runs {@code body}, cancels it as soon as the current task is requested to stop, and then returns normally.
     * {@link CancelScope#cancelledCaught} of the returned scope tells whether that happened. If the request was made
     * before, the body runs to its first checkpoint. Not a checkpoint in itself.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static <X extends Exception> CancelScope moveOn(ScopeBlock<X> body) throws X {
        CancelScope scope = listening();
        scope.run(() -> {
            listen(scope);
            body.run(scope);
        });
        return scope;
    }

    /** Like {@link #moveOn(ScopeBlock)}, for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOn(Block<X> body) throws X {
        return moveOn((CancelScope _) -> body.run());
    }

    /** Like {@link #moveOn(ScopeBlock)}, returns the value, or {@code otherwise} if the request cancelled the body. */
    public static <T extends @Nullable Object, X extends Exception> T moveOn(T otherwise, ValueBlock<T, X> body)
            throws X {
        CancelScope scope = listening();
        return scope.call(otherwise, () -> {
            listen(scope);
            return body.call();
        });
    }

    private static CancelScope listening() {
        var scope = CancelScope.create();
        scope.replaceStop(null, LISTENING);
        return scope;
    }

    private static void listen(CancelScope scope) {
        VarHandle.fullFence(); // entering is no fence, and the check must come after it; the requester executes a CAS
        CancelCause asked = visible(scope);
        if (asked != null) {
            scope.cancelWith(asked);
        }
    }

    // ---- for scopes ----

    /** Returns why this scope was requested to stop or cancelled, or null. */
    static @Nullable CancelCause of(CancelScope scope) {
        CancelCause cancelled = scope.cause();
        StopRequest known = scope.stop();
        return cancelled != null || known == null ? cancelled : known.cause;
    }

    private static @Nullable CancelCause visible(CancelScope innermost) {
        for (CancelScope at = innermost; at != null; at = at.isShielded() ? null : at.parent()) {
            CancelCause asked = of(at);
            if (asked != null) {
                return asked;
            }
        }
        return null;
    }

    /** Requests the tasks in {@code scope} to stop, and cancels it after {@code grace}. Any thread. */
    static void make(CancelScope scope, Duration grace, CancelCause why) {
        if (!grace.isPositive()) {
            scope.cancelWith(why);
            return;
        }
        StopRequest before;
        StopRequest after;
        do {
            before = scope.stop();
            if (before != null && before.cause != null && before.end == null && before.grace.compareTo(grace) <= 0) {
                return; // the period has not begun, and the earlier request is not longer
            }
            after = new StopRequest(
                    before != null && before.listening,
                    before != null && before.cause != null ? before.cause : why,
                    grace,
                    before == null ? null : before.end);
        } while (!scope.replaceStop(before, after));
        Task host = scope.host();
        if (host != null) { // otherwise it begins when the scope is entered
            begin(scope, host);
            deliver(scope);
        }
    }

    /** Begins the grace period of a request. Called when the scope is entered or a request is made. Any thread. */
    static void begin(CancelScope scope, Task host) {
        StopRequest before;
        Deadline end;
        do {
            before = scope.stop();
            if (before == null || before.cause == null) {
                return;
            }
            end = Deadline.ofNanos(host.run().now()).plus(before.grace);
            if (before.end != null && before.end.compareTo(end) <= 0) {
                return;
            }
        } while (!scope.replaceStop(before, new StopRequest(before.listening, before.cause, before.grace, end)));
        DeadlineTimer.bringForward(scope, end); // of two concurrent calls, the nearer end must remain
    }

    /** Returns why a scope is cancelled at its deadline {@code met}: a request to stop, or the deadline. */
    static CancelCause causeAt(CancelScope scope, Deadline met) {
        StopRequest known = scope.stop();
        if (known == null || known.cause == null || known.end == null || !known.end.equals(met)) {
            return CancelCause.DEADLINE;
        }
        return known.cause;
    }

    /** Cancels the listening scopes at and below {@code origin} that see a request. Any thread. */
    static void deliver(CancelScope origin) {
        new Delivery().from(origin);
    }

    private static final class Delivery extends ScopeWalk {
        @Override
        @Nullable
        CancelCause markOf(CancelScope scope) {
            return of(scope);
        }

        @Override
        void reached(CancelScope scope, CancelCause why) {
            StopRequest known = scope.stop();
            if (known != null && known.listening) {
                scope.cancelWith(why);
            }
        }
    }

    @Override
    public String toString() {
        return "StopRequest[" + (cause == null ? "none yet" : cause.describe() + ", grace " + grace) + "]";
    }
}
