package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * The two places where the compiler is told to look away: a generic value, and a checked exception passed on as it is.
 */
final class Unchecked {
    private Unchecked() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    static <T extends @Nullable Object> T cast(@Nullable Object value) {
        return (T) value;
    }

    /** Throws {@code failure}, whatever it is, if there is one. Callers declare what can really come. */
    static void rethrow(@Nullable Throwable failure) {
        if (failure != null) {
            Unchecked.<RuntimeException>sneak(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
