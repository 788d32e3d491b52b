package io.anyio.lowlevel;

import io.anyio.Cancelled;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A slot for the wait of one task for an event that another thread causes. One task at a time may use it.
 *
 * <p>The task publishes its wait, then rechecks the condition; the notifier changes the condition, then calls
 * {@link #wake}. At least one of them sees the other. Most tasks call {@link #await(String, BooleanSupplier)}; a task
 * that must act between the steps calls {@link #publish}, then {@link #withdraw} or {@link #await(Suspension)}.
 *
 * <pre>{@code
 * while (queue.isEmpty()) {                          // the task
 *     waiter.await("receive", () -> !queue.isEmpty());
 * }
 *
 * queue.add(item);                                   // the notifier
 * waiter.wake();
 * }</pre>
 *
 * AnyIO has no counterpart; the closest is an {@code anyio.Event} that is replaced after each use.
 */
public final class SingleWaiter {
    /*
     * The side that removes the wait from the slot, by CAS, decides it: a notifier ends it, the task gives it up.
     */

    private static final VarHandle WAIT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "wait", VarHandle.class, SingleWaiter.class, Suspension.class);

    private final Predicate<Thread> endedBy;
    private volatile @Nullable Suspension wait; // published by the task, taken by CAS

    private SingleWaiter(Predicate<Thread> endedBy) {
        this.endedBy = endedBy;
    }

    /**
     * Creates an empty slot.
     *
     * @param endedBy tests whether a thread is the one that will wake the task; see {@link Suspension#create(String,
     *     Predicate)}
     */
    public static SingleWaiter create(Predicate<Thread> endedBy) {
        return new SingleWaiter(Objects.requireNonNull(endedBy, "endedBy"));
    }

    // ---- the task's side ----

    /**
     * Waits to be woken, unless {@code over} is true. A checkpoint if it waits. A wake-up may come early, so the caller
     * rechecks its condition.
     *
     * @param what the operation of the task, as a verb, for messages and diagnosis
     * @param over returns whether the event has occurred; called after the wait was published
     * @throws Cancelled when the task is cancelled before it was woken
     */
    public void await(String what, BooleanSupplier over) {
        Objects.requireNonNull(over, "over");
        Suspension own = publish(what);
        if (over.getAsBoolean() && withdraw(own)) {
            return;
        }
        await(own);
    }

    /**
     * Publishes a new wait of the current task. From here on a notifier can end it, so the task must recheck its
     * condition, and then call {@link #withdraw} or {@link #await(Suspension)}.
     *
     * @param what the operation of the task, as a verb, for messages and diagnosis
     */
    public Suspension publish(String what) {
        var own = Suspension.create(what, endedBy);
        wait = own;
        return own;
    }

    /**
     * Removes a published wait that was not awaited. Returns false if a notifier has removed it and is ending it; the
     * task must then call {@link #await(Suspension)}.
     */
    public boolean withdraw(Suspension own) {
        return WAIT.compareAndSet(this, Objects.requireNonNull(own, "own"), null);
    }

    /**
     * Waits until a notifier ends a published wait. A checkpoint.
     *
     * @throws Cancelled when the task is cancelled before the wait was ended
     */
    public void await(Suspension own) {
        try {
            own.await();
        } catch (Throwable t) { // a cancellation, or a wait that is refused
            withdraw(own);
            throw t;
        }
    }

    // ---- any thread ----

    /** Wakes the waiting task, if there is one. */
    public void wake() {
        Suspension taken = claim();
        if (taken != null) {
            taken.wake();
        }
    }

    /**
     * The first half of {@link #wake}: decides that the wait ends, without letting the task run if it is parked. The
     * caller must call {@link Suspension#wake} on the result. Returns null if no task waits, or its wait was cancelled.
     */
    public @Nullable Suspension claim() {
        Suspension taken = wait;
        if (taken == null || !WAIT.compareAndSet(this, taken, null)) {
            return null;
        }
        try {
            return taken.claim() ? taken : null;
        } catch (StackOverflowError full) { // nothing was decided: a later call must find the wait
            WAIT.compareAndSet(this, null, taken);
            throw full;
        }
    }

    /** Returns whether no task waits. */
    public boolean isEmpty() {
        return wait == null;
    }
}
