package io.anyio.netty;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A coalesced event-loop callback: any number of requests leads to one run. See {@link LoopActionQueue}. */
abstract class LoopAction {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, LoopAction.class, boolean.class);

    @SuppressWarnings("unused") // through QUEUED
    private volatile boolean queued;

    @Nullable
    LoopAction next; // owned by the list that contains it

    /** Marks this as queued. Returns whether the caller must add it to the list. */
    final boolean register() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Runs the action on the loop's thread. Requests made from here on lead to another run. */
    final void perform() {
        next = null;
        queued = false; // before run() reads the state, which a requester that finds this queued has already changed
        try {
            run();
        } catch (Throwable unexpected) { // must not prevent the other actions from running
            failed(unexpected);
        }
    }

    /** Runs on the loop's thread. */
    abstract void run();

    /** Called on the loop's thread when {@link #run} has thrown, which it never should. */
    abstract void failed(Throwable cause);

    /** Called on any thread when the loop has ended and will never run this. */
    abstract void loopEnded();
}
