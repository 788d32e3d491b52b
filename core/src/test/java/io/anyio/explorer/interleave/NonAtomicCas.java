package io.anyio.explorer.interleave;

import java.lang.invoke.VarHandle;

/** What a mutant does in place of a CAS: it reads, and then it writes. */
public final class NonAtomicCas {
    private static final int BETWEEN =
            SchedulingPoints.number("(between the look and the write of what should be a CAS)");

    private NonAtomicCas() {}

    /** In place of {@code handle.compareAndSet(of, expected, wanted)} for an {@code int}. */
    public static boolean compareAndSet(VarHandle handle, Object of, int expected, int wanted) {
        if ((int) handle.getVolatile(of) != expected) {
            return false;
        }
        Hooks.fence(BETWEEN);
        handle.setVolatile(of, wanted);
        return true;
    }

    /** In place of {@code handle.compareAndSet(of, expected, wanted)} for a reference. */
    public static boolean compareAndSet(VarHandle handle, Object of, Object expected, Object wanted) {
        if ((Object) handle.getVolatile(of) != expected) {
            return false;
        }
        Hooks.fence(BETWEEN);
        handle.setVolatile(of, wanted);
        return true;
    }
}
