package io.anyio.testing.junit;

import org.jspecify.annotations.Nullable;

/** Combines the failures of a test. */
final class TestFailures {
    private TestFailures() {}

    /** Returns the first failure, to which the second one has been added as a suppressed exception. */
    static Throwable joined(@Nullable Throwable first, Throwable second) {
        if (first == null || first == second) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }

    /** Like {@link #joined}, for failures of which each may be missing. */
    static @Nullable Throwable joinedOrNull(@Nullable Throwable first, @Nullable Throwable second) {
        return second == null ? first : joined(first, second);
    }

    /**
     * Throws {@code failure} unless it is null. JUnit's callbacks declare exceptions only, but a test throws anything.
     */
    static <X extends Throwable> void rethrow(@Nullable Throwable failure) throws X {
        if (failure != null) {
            @SuppressWarnings("unchecked") // what is declared has no effect at run time
            X unchecked = (X) failure;
            throw unchecked;
        }
    }
}
