package io.anyio.testing;

import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.FailureGroup;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The assertions of the contracts: each throws an {@link AssertionError} that says what happened. */
final class Expect {
    private Expect() {}

    static void that(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    static void equal(@Nullable Object expected, @Nullable Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError("Expected " + what + " to be " + expected + ", but it was " + actual);
        }
    }

    /** Runs {@code call}, which must throw exactly this type, and returns the exception. */
    static <X extends Throwable> X thrown(Class<X> type, String what, Block<?> call) {
        try {
            call.run();
        } catch (Throwable thrown) { // compared below
            return thrown(type, what, thrown);
        }
        throw new AssertionError("Expected " + what + " to throw " + type.getSimpleName() + ", but it returned");
    }

    /** Returns {@code thrown}, which {@code what} threw, as this type. */
    static <X extends Throwable> X thrown(Class<X> type, String what, @Nullable Throwable thrown) {
        if (thrown == null) {
            throw new AssertionError("Expected " + what + " to throw " + type.getSimpleName() + ", but it returned");
        }
        if (type.isInstance(thrown)) {
            return type.cast(thrown);
        }
        if (thrown instanceof Cancelled c && type != Cancelled.class) { // the check itself was cancelled
            throw c;
        }
        throw new AssertionError(
                "Expected " + what + " to throw " + type.getSimpleName() + ", but it threw " + thrown, thrown);
    }

    /** Runs {@code call} in a cancelled scope, where it must throw {@link Cancelled}. */
    static void cancelled(String what, Block<?> call) {
        CancelScope.open(scope -> {
            scope.cancel();
            thrown(Cancelled.class, what + " in a cancelled scope", call);
        });
    }

    /** Runs {@code call} in a cancelled scope, where it must return. */
    static void returnsWhenCancelled(String what, Block<?> call) {
        CancelScope scope = CancelScope.open(cancelled -> {
            cancelled.cancel();
            try {
                call.run();
            } catch (Cancelled c) {
                throw c;
            } catch (Exception failure) {
                throw new AssertionError(
                        "Expected " + what + " in a cancelled scope to return, but it threw " + failure, failure);
            }
        });
        that(!scope.cancelledCaught(), "Expected " + what + " in a cancelled scope to return, but it threw Cancelled");
    }

    /** Returns the reason of a failure as a sentence: what an assertion says, or the exception. */
    static String reason(Throwable failure) {
        Throwable assertion = find(failure, true);
        if (assertion != null) {
            return String.valueOf(assertion.getMessage());
        }
        return "An unexpected exception was thrown: " + Objects.requireNonNullElse(find(failure, false), failure);
    }

    /** Returns the first failure that is not a group, or only an assertion of the contract if so wanted. */
    private static @Nullable Throwable find(Throwable failure, boolean assertion) {
        if (!(failure instanceof FailureGroup group)) {
            return !assertion || failure instanceof AssertionError ? failure : null;
        }
        for (Throwable member : group.exceptions()) {
            Throwable found = find(member, assertion);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
