package io.anyio.spi;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pending actions of one event loop. They are collected during a drain and run at its end, so that a request costs
 * no wake-up and many requests lead to one run. A request from outside of a drain posts one run to the loop.
 *
 * <p>A backend creates one queue for each loop, runs each drain of the engine through {@link #runThenPerform}, answers
 * {@link LoopDriver#isAwaited} with {@link #hasPending}, and calls {@link #loopEnded} when the loop has ended.
 *
 * <p>AnyIO has no counterpart.
 */
public final class LoopActionQueue {
    /*
     * `draining` says that the loop's thread is inside a drain and will read the list after it has cleared the flag. A
     * requester pushes and then reads the flag; the loop clears the flag and then reads the list: at least one of them
     * sees the other. Requests also come from threads that are not inside that drain (tasks on the JDK's scheduler, a
     * rescue thread, any foreign thread). Therefore the flag decides, and not the identity of the thread.
     */

    private static final VarHandle LIST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "list", VarHandle.class, LoopActionQueue.class, LoopAction.class);
    private static final VarHandle POSTED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "posted", VarHandle.class, LoopActionQueue.class, boolean.class);

    private final Executor loop;
    private final BooleanSupplier hasEnded;
    private final Runnable onLoop = this::runPosted;

    private volatile boolean draining; // written by the loop's thread
    private volatile @Nullable LoopAction list; // newest first; pushed by any thread, emptied by the loop's

    @SuppressWarnings("unused") // through POSTED
    private volatile boolean posted;

    private LoopActionQueue(Executor loop, BooleanSupplier hasEnded) {
        this.loop = loop;
        this.hasEnded = hasEnded;
    }

    /**
     * Creates the queue of a loop.
     *
     * @param loop runs what it accepts on the loop's thread, in the order of acceptance; throws
     *     {@link RejectedExecutionException} when the loop has ended
     * @param hasEnded returns whether the loop may drop what it has accepted
     */
    public static LoopActionQueue create(Executor loop, BooleanSupplier hasEnded) {
        return new LoopActionQueue(Objects.requireNonNull(loop, "loop"), Objects.requireNonNull(hasEnded, "hasEnded"));
    }

    /** Creates an action of this loop, which runs {@code handler}. */
    public LoopAction action(LoopAction.Handler handler) {
        return new LoopAction(this, Objects.requireNonNull(handler, "handler"));
    }

    void request(LoopAction action) {
        if (action.register()) {
            LoopAction before;
            do {
                before = list;
                action.next = before;
            } while (!LIST.compareAndSet(this, before, action));
            if (!draining) {
                post();
            }
        } else if (!posted && !draining && list != null) { // it could not be posted
            post();
        }
    }

    private void post() {
        if (POSTED.compareAndSet(this, false, true)) {
            try {
                loop.execute(onLoop);
            } catch (RejectedExecutionException ended) {
                posted = false;
                endAll();
            } catch (Throwable noMemory) { // the next drain or the next request runs the actions
                posted = false;
                throw noMemory;
            }
        } else if (hasEnded.getAsBoolean()) {
            endAll(); // the loop may never run what it has accepted
        }
    }

    /** Notifies all pending actions that the loop has ended. May be called from any thread. */
    public void loopEnded() {
        posted = false;
        endAll();
    }

    private void endAll() {
        for (LoopAction action = takeAll(); action != null; ) {
            LoopAction following = action.next;
            action.loopEnded();
            action = following;
        }
    }

    /** Returns whether an action is pending. May be called from any thread; the answer may already be outdated. */
    public boolean hasPending() {
        return list != null;
    }

    private void runPosted() {
        posted = false;
        if (!draining) {
            runAll();
        }
    }

    /** Runs a drain, then the actions requested meanwhile. Called on the loop's thread only. */
    public void runThenPerform(Runnable drain) {
        if (draining) { // a handler pumps its own loop; the outer drain runs the actions
            drain.run();
            return;
        }
        draining = true;
        try {
            drain.run();
        } finally {
            draining = false;
            runAll();
        }
    }

    private void runAll() {
        for (LoopAction action = takeAll(); action != null; ) {
            LoopAction following = action.next;
            action.perform();
            action = following;
        }
    }

    /** Empties the list and returns its actions, the oldest first. */
    private @Nullable LoopAction takeAll() {
        if (list == null) {
            return null;
        }
        LoopAction newest = (LoopAction) LIST.getAndSet(this, null);
        LoopAction inOrder = null;
        while (newest != null) {
            LoopAction older = newest.next;
            newest.next = inOrder;
            inOrder = newest;
            newest = older;
        }
        return inOrder;
    }
}
