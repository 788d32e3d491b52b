package io.anyio.netty;

import io.anyio.Suspension;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The wait of one task for something that another thread brings about.
 *
 * <p>The task publishes its wait and looks again afterwards; who brings something about looks here afterwards: one of
 * the two sees the other. Who takes the wait out, by CAS, either ends it or is the task, which gives up.
 */
final class WaitSlot {
    private static final VarHandle WAIT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "wait", VarHandle.class, WaitSlot.class, Suspension.class);

    private final Predicate<Thread> endedBy;
    private volatile @Nullable Suspension wait; // published by the task, taken by CAS

    /**
     * A slot without a wait.
     *
     * @param endedBy whether a thread is the one that will wake the task
     */
    WaitSlot(Predicate<Thread> endedBy) {
        this.endedBy = endedBy;
    }

    /** Waits to be woken, unless {@code over} already; {@code what} is for dumps. Throws {@link io.anyio.Cancelled}. */
    void await(String what, BooleanSupplier over) {
        var own = Suspension.create(what, endedBy);
        wait = own;
        if (over.getAsBoolean() && WAIT.compareAndSet(this, own, null)) {
            return;
        }
        try {
            own.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            WAIT.compareAndSet(this, own, null);
            throw t;
        }
    }

    /** Wakes the task that waits, if one does. Any thread. */
    void wake() {
        Suspension taken = wait;
        if (taken != null && WAIT.compareAndSet(this, taken, null)) {
            taken.resume();
        }
    }

    /** Whether no task waits. */
    boolean isEmpty() {
        return wait == null;
    }
}
