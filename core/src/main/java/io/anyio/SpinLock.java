package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock that parks nobody: held for a few dozen instructions, never across a wake-up, logging, user code or a growing
 * allocation. A blocking lock here could leave a loop's thread behind a task that only that loop can run.
 */
class SpinLock {
    private static final VarHandle HELD = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "held", VarHandle.class, SpinLock.class, boolean.class);

    @SuppressWarnings("unused") // through HELD: set by any thread, cleared by the one that has set it
    private volatile boolean held;

    final void lock() {
        while (!HELD.compareAndSet(this, false, true)) {
            Thread.onSpinWait();
        }
    }

    /**
     * A release is enough, and spares a fence each time: who comes next synchronizes through {@link #lock}. So what is
     * read behind this may be older than what is written in here; to rely on the order, both sides must look inside.
     */
    final void unlock() {
        HELD.setRelease(this, false);
    }
}
