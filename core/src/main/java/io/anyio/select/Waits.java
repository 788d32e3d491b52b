package io.anyio.select;

import io.anyio.internal.LowlevelAccess;
import io.anyio.internal.Wait;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import java.lang.invoke.MethodHandles;

/** The engine's view of suspensions and queues. */
final class Waits {
    private static final LowlevelAccess ACCESS = access();

    private Waits() {}

    private static LowlevelAccess access() {
        try {
            MethodHandles.lookup().ensureInitialized(Suspension.class);
        } catch (IllegalAccessException impossible) { // the class is public
            throw new AssertionError(impossible);
        }
        return LowlevelAccess.get();
    }

    /** Returns a suspension that is a branch of {@code trunk}. */
    static Suspension branch(Wait trunk, int number) {
        return (Suspension) ACCESS.suspension(trunk.branch(number));
    }

    static Wait of(Suspension suspension) {
        return ACCESS.wait(suspension);
    }

    /** Returns the rank of a queue. Code that enters several queues enters those of lower rank first. */
    static long rank(WaitQueue queue) {
        return ACCESS.list(queue).order();
    }
}
