package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.Nanos;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs blocks with a time limit. {@code moveOn…} continues after the block when the time is over; {@code fail…} throws
 * a {@link TimedOutException}. AnyIO: {@code move_on_after}, {@code move_on_at}, {@code fail_after}, {@code fail_at}.
 *
 * <pre>{@code
 * var scope = Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> AnyIO.sleepForever());
 * System.out.println(scope.cancelledCaught());   // true
 *
 * String answer = Timeouts.failAfter(Duration.ofSeconds(1), () -> ask(service));   // or throws
 * }</pre>
 *
 * <p>Each block runs in a new {@link CancelScope} with a deadline, in the calling task. A body that takes the scope can
 * move the deadline, or raise a shield: if it begins with {@code scope.setShield(true)}, only the time-out can end it,
 * not a cancellation from outside. Entering and leaving a block are not checkpoints.
 *
 * <p>A reference to an overloaded method, such as {@code moveOnAfter(delay, socket::receive)}, is ambiguous to the
 * compiler; write a lambda instead. All methods throw {@link NoEventLoopException} when not called by a task.
 */
public final class Timeouts {
    private Timeouts() {}

    // ---- continue after a time-out ----

    /**
     * Runs {@code body}, cancels it after {@code delay}, and then returns normally. The time runs from this call.
     * {@link CancelScope#cancelledCaught} of the returned scope tells whether the block was cancelled. AnyIO:
     * {@code move_on_after}.
     */
    public static <X extends Exception> CancelScope moveOnAfter(Duration delay, ScopeBlock<X> body) throws X {
        return moveOn(in(delay), body);
    }

    /** Like {@link #moveOnAfter(Duration, ScopeBlock)}, for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOnAfter(Duration delay, Block<X> body) throws X {
        return moveOn(in(delay), body);
    }

    /** Like {@link #moveOnAfter(Duration, ScopeBlock)}, returns the value, or {@code otherwise} after a time-out. */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAfter(
            Duration delay, T otherwise, ValueBlock<T, X> body) throws X {
        return in(delay).call(otherwise, body);
    }

    /**
     * Runs {@code body}, cancels it at {@code deadline}, and then returns normally. Otherwise like
     * {@link #moveOnAfter(Duration, ScopeBlock)}. AnyIO: {@code move_on_at}.
     */
    public static <X extends Exception> CancelScope moveOnAt(Deadline deadline, ScopeBlock<X> body) throws X {
        return moveOn(at(deadline), body);
    }

    /** Like {@link #moveOnAt(Deadline, ScopeBlock)}, for a body that does not need the scope. */
    public static <X extends Exception> CancelScope moveOnAt(Deadline deadline, Block<X> body) throws X {
        return moveOn(at(deadline), body);
    }

    /** Like {@link #moveOnAt(Deadline, ScopeBlock)}, returns the value, or {@code otherwise} after a time-out. */
    public static <T extends @Nullable Object, X extends Exception> T moveOnAt(
            Deadline deadline, T otherwise, ValueBlock<T, X> body) throws X {
        return at(deadline).call(otherwise, body);
    }

    // ---- throw after a time-out ----

    /**
     * Runs {@code body}, cancels it after {@code delay}, and then throws. AnyIO: {@code fail_after}.
     *
     * <p>It throws exactly when the scope caught the cancellation by its own deadline. It does not throw when
     * {@link CancelScope#cancel} was called, however late, or when an outer scope was cancelled.
     *
     * @throws TimedOutException after a time-out
     */
    public static <X extends Exception> CancelScope failAfter(Duration delay, ScopeBlock<X> body) throws X {
        return fail(in(delay), TimedOutException.USUAL, body);
    }

    /** Like {@link #failAfter(Duration, ScopeBlock)}, for a body that does not need the scope. */
    public static <X extends Exception> void failAfter(Duration delay, Block<X> body) throws X {
        fail(in(delay), TimedOutException.USUAL, body);
    }

    /** Like {@link #failAfter(Duration, ScopeBlock)}, and returns the value of the body. */
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration delay, ValueBlock<T, X> body)
            throws X {
        return fail(in(delay), TimedOutException.USUAL, body);
    }

    /** Like {@link #failAfter(Duration, ScopeBlock)}, with a reason, the message of the {@link TimedOutException}. */
    public static <X extends Exception> CancelScope failAfter(Duration delay, String reason, ScopeBlock<X> body)
            throws X {
        return fail(in(delay), reason, body);
    }

    /** Like {@link #failAfter(Duration, String, ScopeBlock)}, for a body that does not need the scope. */
    public static <X extends Exception> void failAfter(Duration delay, String reason, Block<X> body) throws X {
        fail(in(delay), reason, body);
    }

    /** Like {@link #failAfter(Duration, String, ScopeBlock)}, and returns the value of the body. */
    public static <T extends @Nullable Object, X extends Exception> T failAfter(
            Duration delay, String reason, ValueBlock<T, X> body) throws X {
        return fail(in(delay), reason, body);
    }

    /** Like {@link #failAfter(Duration, ScopeBlock)}, with an absolute deadline. AnyIO: {@code fail_at}. */
    public static <X extends Exception> CancelScope failAt(Deadline deadline, ScopeBlock<X> body) throws X {
        return fail(at(deadline), TimedOutException.USUAL, body);
    }

    /** Like {@link #failAfter(Duration, Block)}, with an absolute deadline. */
    public static <X extends Exception> void failAt(Deadline deadline, Block<X> body) throws X {
        fail(at(deadline), TimedOutException.USUAL, body);
    }

    /** Like {@link #failAfter(Duration, ValueBlock)}, with an absolute deadline. */
    public static <T extends @Nullable Object, X extends Exception> T failAt(Deadline deadline, ValueBlock<T, X> body)
            throws X {
        return fail(at(deadline), TimedOutException.USUAL, body);
    }

    // ---- scopes with a deadline ----

    /** Creates a scope that expires after {@code delay}, measured from this call. */
    private static CancelScope in(Duration delay) {
        long deadline = Nanos.add(Task.require(ScopeNode.ENTER).run().now(), Nanos.of(delay));
        return new CancelScope(ScopeNode.expiring(deadline, delay.isPositive()));
    }

    /** Creates a scope that expires at {@code deadline}. */
    private static CancelScope at(Deadline deadline) {
        return new CancelScope(ScopeNode.expiring(deadline.nanos(), false));
    }

    private static <X extends Exception> CancelScope moveOn(CancelScope scope, ScopeBlock<X> body) throws X {
        scope.enterAndRun(body);
        return scope;
    }

    private static <X extends Exception> CancelScope moveOn(CancelScope scope, Block<X> body) throws X {
        scope.run(body);
        return scope;
    }

    private static <X extends Exception> CancelScope fail(CancelScope scope, String reason, ScopeBlock<X> body)
            throws X {
        Objects.requireNonNull(reason, "reason");
        scope.enterAndRun(body);
        failIfTimedOut(scope, reason);
        return scope;
    }

    private static <X extends Exception> void fail(CancelScope scope, String reason, Block<X> body) throws X {
        Objects.requireNonNull(reason, "reason");
        scope.run(body);
        failIfTimedOut(scope, reason);
    }

    /** Returns the value of the body. Only this call has the scope, so there is a value unless the scope timed out. */
    private static <T extends @Nullable Object, X extends Exception> T fail(
            CancelScope scope, String reason, ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(reason, "reason");
        T value = scope.call(Unchecked.<T>cast(null), body);
        failIfTimedOut(scope, reason);
        return value;
    }

    private static void failIfTimedOut(CancelScope scope, String reason) {
        CancelCause why = scope.node().cause();
        if (scope.cancelledCaught() && why != null && why.byDeadline()) {
            throw new TimedOutException(reason);
        }
    }
}
