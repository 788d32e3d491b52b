package io.anyio;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The implementation of {@code CancelScope.moveOn…} and {@code fail…}: blocks with a time limit. */
final class TimeLimits {
    private TimeLimits() {}

    /** Creates a scope that expires after {@code delay}, measured from this call. */
    static CancelScope in(Duration delay) {
        Task task = Task.require(CancelScope.ENTER);
        return CancelScope.expiring(Deadline.after(delay, task), delay.isPositive());
    }

    /** Creates a scope that expires at {@code deadline}. */
    static CancelScope at(Deadline deadline) {
        return CancelScope.expiring(deadline, false);
    }

    static <X extends Exception> CancelScope moveOn(CancelScope scope, ScopeBlock<X> body) throws X {
        scope.enterAndRun(body);
        return scope;
    }

    static <X extends Exception> CancelScope moveOn(CancelScope scope, Block<X> body) throws X {
        scope.run(body);
        return scope;
    }

    static <X extends Exception> CancelScope fail(CancelScope scope, String reason, ScopeBlock<X> body) throws X {
        Objects.requireNonNull(reason, "reason");
        scope.enterAndRun(body);
        failIfTimedOut(scope, reason);
        return scope;
    }

    static <X extends Exception> void fail(CancelScope scope, String reason, Block<X> body) throws X {
        Objects.requireNonNull(reason, "reason");
        scope.run(body);
        failIfTimedOut(scope, reason);
    }

    /** Returns the value of the body. Only this call has the scope, so there is a value unless the scope timed out. */
    static <T extends @Nullable Object, X extends Exception> T fail(
            CancelScope scope, String reason, ValueBlock<T, X> body) throws X {
        Objects.requireNonNull(reason, "reason");
        T value = scope.call(Unchecked.<T>cast(null), body);
        failIfTimedOut(scope, reason);
        return value;
    }

    private static void failIfTimedOut(CancelScope scope, String reason) {
        CancelCause why = scope.cause();
        if (scope.cancelledCaught() && why != null && why.byDeadline()) {
            throw new TimedOutException(reason);
        }
    }
}
