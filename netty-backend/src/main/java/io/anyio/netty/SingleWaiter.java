package io.anyio.netty;

import io.anyio.Suspension;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A slot for the wait of one task for an event that another thread causes.
 *
 * <p>The task publishes its wait, then rechecks the condition; the notifier sets the condition, then checks for a wait.
 * At least one of them sees the other. A notifier that removes the wait, by CAS, ends it; a task that removes it gives
 * up.
 */
final class SingleWaiter {
    private static final VarHandle WAIT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "wait", VarHandle.class, SingleWaiter.class, Suspension.class);

    private final Predicate<Thread> endedBy;
    private volatile @Nullable Suspension wait; // published by the task, taken by CAS

    /**
     * Creates an empty slot.
     *
     * @param endedBy tests whether a thread is the one that will wake the task
     */
    SingleWaiter(Predicate<Thread> endedBy) {
        this.endedBy = endedBy;
    }

    /** Waits to be woken, unless {@code over} is true; {@code what} is for dumps. Throws {@link io.anyio.Cancelled}. */
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

    /** Wakes the waiting task, if there is one. May be called from any thread. */
    void wake() {
        Suspension taken = wait;
        if (taken != null && WAIT.compareAndSet(this, taken, null)) {
            taken.resume();
        }
    }

    /** Returns whether no task waits. */
    boolean isEmpty() {
        return wait == null;
    }
}
