package io.anyio.jdk;

import io.anyio.lowlevel.SingleWaiter;
import io.anyio.lowlevel.Suspension;
import io.anyio.spi.LoopAction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Records whether an operation of a non-blocking channel may succeed, and holds the wait of the task that tries it. One
 * task at a time uses it; the loop passes on the selector's reports.
 */
final class Readiness {
    /*
     * The selector reports a ready channel in every turn. That is cheap while a task consumes what was reported, because
     * the interest never changes. A report that finds the previous one unused ends the interest; the task renews it when
     * it waits.
     *
     * `ready`: the task clears it, then tries; so a report that comes while it tries is kept.
     * `watched`: the loop clears it, then reads `ready` again; the task clears `ready` and publishes its wait, then reads
     * `watched`. So either the loop sees that the task has tried, or the task sees that it has to request the interest.
     * `wanted`: a task sets it before it requests the action. It stays set if the wait is cancelled before the loop comes
     * to the action; otherwise a task whose waits are always shorter would never learn that the channel is ready.
     */

    private final LoopAction action;
    private final SingleWaiter waiter;
    private volatile boolean ready = true; // set by the loop and the task; cleared by the task
    private volatile boolean watched; // written by the loop
    private volatile boolean wanted; // set by the task, cleared by the loop

    /** Creates a readiness, which requests {@code action} when the channel is to be watched. */
    Readiness(LoopAction action, Predicate<Thread> loopThread) {
        this.action = action;
        this.waiter = SingleWaiter.create(loopThread);
    }

    // ---- the task's side ----

    /** Returns whether the operation may succeed. If so, the task must try it. */
    boolean take() {
        if (!ready) {
            return false;
        }
        ready = false;
        return true;
    }

    /**
     * Marks the operation as one that may succeed, because the last one did not exhaust the channel, or was not tried.
     */
    void putBack() {
        ready = true;
    }

    /** Waits until the operation may succeed or {@code over} is true. A checkpoint if it waits. May return early. */
    void await(String what, BooleanSupplier over) {
        Suspension wait = waiter.publish(what);
        if ((ready || over.getAsBoolean()) && waiter.withdraw(wait)) {
            return;
        }
        if (!watched) {
            wanted = true;
            action.request();
        }
        waiter.await(wait);
    }

    // ---- the loop's side ----

    /** Handles a report of the selector. Returns whether the selector should continue to watch the channel. */
    boolean report() {
        if (ready) {
            watched = false;
            if (ready) {
                return false;
            }
            watched = true; // the task has tried meanwhile; the selector reports again
            return true;
        }
        ready = true;
        waiter.wake();
        return true;
    }

    /** Returns whether the selector should watch the channel: a task has begun to wait, and no report came since. */
    boolean isWanted() {
        if (wanted) {
            wanted = false; // before `ready` is read: a task that clears that sets this again
            watched |= !ready;
        }
        return watched;
    }

    // ---- any thread ----

    /** Wakes the task, which checks why. */
    void wake() {
        waiter.wake();
    }
}
