package io.anyio.thread;

/** Rethrows failures of other threads unchanged. */
final class Rethrow {
    private Rethrow() {}

    /** Throws {@code failure}, of whatever type. Callers declare the types that can occur. */
    static RuntimeException unchanged(Throwable failure) {
        throw Rethrow.<RuntimeException>sneak(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X sneak(Throwable failure) throws X {
        throw (X) failure;
    }
}
