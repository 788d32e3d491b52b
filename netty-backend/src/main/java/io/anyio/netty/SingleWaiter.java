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
 * <p>The task publishes its wait, then rechecks the condition; the notifier changes the condition, then checks for a
 * wait. At least one of them sees the other. A notifier that removes the wait, by CAS, ends it; a task that removes it
 * gives up. Most tasks call {@link #await(String, BooleanSupplier)}; a task that must act between the steps calls
 * {@link #publish}, then {@link #withdraw} or {@link #await(Suspension)}.
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

    // ---- the task's side ----

    /** Waits to be woken, unless {@code over} is true; {@code what} is for dumps. Throws {@link io.anyio.Cancelled}. */
    void await(String what, BooleanSupplier over) {
        Suspension own = publish(what);
        if (over.getAsBoolean() && withdraw(own)) {
            return;
        }
        await(own);
    }

    /** Publishes a new wait. From here on it can be ended, so the task must recheck its condition. */
    Suspension publish(String what) {
        var own = Suspension.create(what, endedBy);
        wait = own;
        return own;
    }

    /** Removes a published wait that has not begun. Returns false if a notifier has it, which requires an await. */
    boolean withdraw(Suspension own) {
        return WAIT.compareAndSet(this, own, null);
    }

    /** Waits until a notifier ends a published wait. Throws {@link io.anyio.Cancelled}. */
    void await(Suspension own) {
        try {
            own.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            withdraw(own);
            throw t;
        }
    }

    // ---- any thread ----

    /** Wakes the waiting task, if there is one. */
    void wake() {
        Suspension taken = claim();
        if (taken != null) {
            taken.wake();
        }
    }

    /**
     * The first half of {@link #wake}: decides that the wait ends, without letting the task run if it is parked. The
     * caller must call {@link Suspension#wake} on the result. Returns null if no task waits, or its wait was cancelled.
     */
    @Nullable
    Suspension claim() {
        Suspension taken = wait;
        return taken != null && WAIT.compareAndSet(this, taken, null) && taken.claim() ? taken : null;
    }

    /** Returns whether no task waits. */
    boolean isEmpty() {
        return wait == null;
    }
}
