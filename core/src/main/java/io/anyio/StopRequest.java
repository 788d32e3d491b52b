package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.Nanos;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.ScopeWalk;
import io.anyio.internal.Sleep;
import io.anyio.internal.Task;
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
    private static final long NOT_BEGUN = Long.MIN_VALUE;

    /*
     * The state of the requests to one scope is attached to it: an immutable value, replaced by CAS. A listening scope
     * is cancelled as soon as a request is visible from it.
     *
     * Delivery works as for cancellation. The requester marks the scope and then walks the tasks below it; the listener
     * enters its scope and then checks for marks above it. At least one of the two sees the other.
     */

    private static final State LISTENING = new State(true, null, Duration.ZERO, NOT_BEGUN);

    /**
     * The requests to one scope.
     *
     * @param listening whether the scope is cancelled as soon as a request is visible from it
     * @param cause why it was requested to stop, or null if it was not
     * @param end the end of the grace period, or {@link #NOT_BEGUN}
     */
    private record State(boolean listening, @Nullable CancelCause cause, Duration grace, long end)
            implements ScopeNode.Attachment {

        @Override
        public void entered(ScopeNode scope, Task host) {
            begin(scope, host);
        }

        @Override
        public @Nullable CancelCause causeAt(long deadline) {
            return end == deadline && end != NOT_BEGUN ? cause : null;
        }
    }

    private StopRequest() {}

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
            moveOn(() -> Sleep.forever(Task.require("sleep")));
        }
        task.fastCheckpoint();
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
            listen(scope.node());
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
            listen(scope.node());
            return body.call();
        });
    }

    private static CancelScope listening() {
        var scope = CancelScope.create();
        scope.node().attach(null, LISTENING);
        return scope;
    }

    private static void listen(ScopeNode scope) {
        VarHandle.fullFence(); // entering is no fence, and the check must come after it; the requester executes a CAS
        CancelCause asked = visible(scope);
        if (asked != null) {
            scope.cancelWith(asked);
        }
    }

    // ---- for scopes ----

    /** Returns why this scope was requested to stop or cancelled, or null. */
    static @Nullable CancelCause of(ScopeNode scope) {
        CancelCause cancelled = scope.cause();
        State known = stateOf(scope);
        return cancelled != null || known == null ? cancelled : known.cause;
    }

    private static @Nullable State stateOf(ScopeNode scope) {
        return (State) scope.attachment();
    }

    private static @Nullable CancelCause visible(ScopeNode innermost) {
        for (ScopeNode at = innermost; at != null; at = at.isShielded() ? null : at.parent()) {
            CancelCause asked = of(at);
            if (asked != null) {
                return asked;
            }
        }
        return null;
    }

    /** Requests the tasks in {@code scope} to stop, and cancels it after {@code grace}. Any thread. */
    static void make(ScopeNode scope, Duration grace, CancelCause why) {
        if (!grace.isPositive()) {
            scope.cancelWith(why);
            return;
        }
        State before;
        State after;
        do {
            before = stateOf(scope);
            if (before != null
                    && before.cause != null
                    && before.end == NOT_BEGUN
                    && before.grace.compareTo(grace) <= 0) {
                return; // the period has not begun, and the earlier request is not longer
            }
            after = new State(
                    before != null && before.listening,
                    before != null && before.cause != null ? before.cause : why,
                    grace,
                    before == null ? NOT_BEGUN : before.end);
        } while (!scope.attach(before, after));
        Task host = scope.host();
        if (host != null) { // otherwise it begins when the scope is entered
            begin(scope, host);
            deliver(scope);
        }
    }

    /** Begins the grace period of a request. Called when the scope is entered or a request is made. Any thread. */
    private static void begin(ScopeNode scope, Task host) {
        State before;
        long end;
        do {
            before = stateOf(scope);
            if (before == null || before.cause == null) {
                return;
            }
            end = Nanos.add(host.run().now(), Nanos.of(before.grace));
            if (before.end != NOT_BEGUN && before.end <= end) {
                return;
            }
        } while (!scope.attach(before, new State(before.listening, before.cause, before.grace, end)));
        scope.bringForward(end); // of two concurrent calls, the nearer end must remain
    }

    /** Cancels the listening scopes at and below {@code origin} that see a request. Any thread. */
    static void deliver(ScopeNode origin) {
        new Delivery().from(origin);
    }

    private static final class Delivery extends ScopeWalk {
        @Override
        protected @Nullable CancelCause markOf(ScopeNode scope) {
            return of(scope);
        }

        @Override
        protected void reached(ScopeNode scope, CancelCause why) {
            State known = stateOf(scope);
            if (known != null && known.listening) {
                scope.cancelWith(why);
            }
        }
    }
}
