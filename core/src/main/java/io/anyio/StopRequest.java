package io.anyio;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a task can know of {@link CancelScope#cancelAfter}: whether it has been asked to stop, before it is cancelled.
 *
 * <pre>{@code
 * void serve(Listener<SocketStream> listener) {
 *     StopRequest.moveOn(() -> {          // gives up waiting for new ones as soon as asked
 *         while (true) {
 *             SocketStream connection = listener.accept();
 *             group.startSoon(() -> talk(connection));   // has until the end of the grace period
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>A request is a level, as a cancellation is: it stands until the scope is left, for every task and scope below it
 * that is not behind a {@linkplain CancelScope#shield() shield}. Where a scope is cancelled, its tasks have been asked
 * too. It interrupts nobody who does not look, and costs nothing where it is not used. All methods are for tasks only.
 *
 * <p>AnyIO has no counterpart.
 */
public final class StopRequest {
    /*
     * What a scope knows of requests: a value, replaced by CAS. A scope that listens is cancelled as soon as a request is
     * visible from it.
     *
     * The way down is the one of cancellation: who asks marks the scope and then walks the tasks below it; who listens
     * enters its scope and then looks for marks above it: one of the two sees the other.
     */

    private static final StopRequest LISTENING = new StopRequest(true, null, Duration.ZERO, null);

    private final boolean listening;
    private final @Nullable CancelCause cause; // why it was asked to stop, if it was
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
     * Whether the current task has been asked to stop, or is cancelled. Not a checkpoint.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static boolean isPending() {
        return visible(Task.require("ask whether to stop").scope()) != null;
    }

    /**
     * Waits until the current task is asked to stop. A checkpoint; when it was asked before, it lets others run when
     * its slice is used up.
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
     * Runs {@code body} and cancels it as soon as the current task is asked to stop, silently; the returned scope
     * tells. Asked before, the body runs to its first checkpoint. Not a checkpoint in itself.
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

    /** {@link #moveOn(ScopeBlock)} for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOn(Block<X> body) throws X {
        return moveOn((CancelScope _) -> body.run());
    }

    /** {@link #moveOn(ScopeBlock)} for a value, or {@code otherwise} when the task was asked to stop. */
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
        scope.stop(null, LISTENING);
        return scope;
    }

    private static void listen(CancelScope scope) {
        VarHandle.fullFence(); // entering was no fence, and the look must not come before it; who asks does a CAS
        CancelCause asked = visible(scope);
        if (asked != null) {
            scope.cancelWith(asked);
        }
    }

    // ---- for scopes ----

    /** Why this scope was asked to stop or cancelled, or null. */
    static @Nullable CancelCause of(CancelScope scope) {
        CancelCause cancelled = scope.cause();
        StopRequest known = scope.stop();
        return cancelled != null || known == null ? cancelled : known.cause;
    }

    private static @Nullable CancelCause visible(CancelScope innermost) {
        for (CancelScope at = innermost; at != null; at = at.shield() ? null : at.parent()) {
            CancelCause asked = of(at);
            if (asked != null) {
                return asked;
            }
        }
        return null;
    }

    /** Asks the tasks in {@code scope} to stop, and cancels it after {@code grace}. Any thread. */
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
                return; // it has not begun, and the other one is shorter
            }
            after = new StopRequest(
                    before != null && before.listening,
                    before != null && before.cause != null ? before.cause : why,
                    grace,
                    before == null ? null : before.end);
        } while (!scope.stop(before, after));
        Task host = scope.host();
        if (host != null) { // else it begins when the scope is entered
            begin(scope, host);
            deliver(scope);
        }
    }

    /** The scope has been entered, or a request was made: the grace period begins, if one was asked for. Any thread. */
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
        } while (!scope.stop(before, new StopRequest(before.listening, before.cause, before.grace, end)));
        Expiry.bringForward(scope, end); // two may come here at once, and the nearer end is to stay
    }

    /** Why a scope whose deadline {@code met} has come is cancelled. */
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
