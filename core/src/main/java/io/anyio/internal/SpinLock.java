package io.anyio.internal;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that never parks a thread. It is held for a few dozen instructions, never across a wake-up, logging, user code
 * or a growing allocation. With a blocking lock, a loop's thread could wait for a task that only that loop can run.
 */
class SpinLock {
    private static final VarHandle HELD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "held", VarHandle.class, SpinLock.class, boolean.class);

    @SuppressWarnings("unused") // through HELD: set by any thread, cleared by the thread that has set it
    private volatile boolean held;

    final void lock() {
        while (!HELD.compareAndSet(this, false, true)) {
            Thread.onSpinWait();
        }
    }

    /**
     * Releases the lock. A release write is sufficient and saves a fence, because the next owner synchronizes through
     * {@link #lock}. Reads after this call may therefore be ordered before writes under the lock. Code that relies on
     * the order must read under the lock on both sides.
     */
    final void unlock() {
        HELD.setRelease(this, false);
    }
}
