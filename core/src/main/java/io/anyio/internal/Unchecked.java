package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/** The two unchecked operations: casting to a generic type, and rethrowing a checked exception unchanged. */
public final class Unchecked {
    private Unchecked() {}

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    public static <T extends @Nullable Object> T cast(@Nullable Object value) {
        return (T) value;
    }

    /** Throws {@code failure}, of whatever type, unless it is null. Callers declare the types that can occur. */
    public static void rethrow(@Nullable Throwable failure) {
        if (failure != null) {
            Unchecked.<RuntimeException>sneak(failure);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
