package io.anyio.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one loop has done so far, for its statistics. */
final class LoopCounters {
    /*
     * The counters on the path of every task are plain fields of the thread that has the loop's token: no fence, no
     * atomic instruction. Their increments are ordered by the token, so none is lost. A reader reads them after a
     * volatile access and may see values that are a moment old. Only ends are counted atomically where a task may end
     * without the token, beside another task.
     */

    private static final VarHandle ENDED_BESIDE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "endedBeside", VarHandle.class, LoopCounters.class, long.class);

    long switches; // the holder of the token
    long ended; // the holder of the token, loop carrier only
    private volatile long endedBeside; // any thread
    long slowTurns; // the watchdog
    long lentTurns; // the watchdog
    long rescues; // the watchdog

    /** Counts a task that ends and may not hold the token, or was never begun. Any thread. */
    void endsBeside() {
        var _ = (long) ENDED_BESIDE.getAndAdd(this, 1L);
    }

    /** Returns the number of tasks that have ended. Any thread. */
    long allEnded() {
        return endedBeside + ended; // the volatile field first
    }
}
