package io.anyio.spi;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A coalesced event-loop callback: any number of requests leads to one run. Created by {@link LoopActionQueue#action}.
 *
 * <p>AnyIO has no counterpart: its backends leave this to their event loops.
 */
public final class LoopAction {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, LoopAction.class, boolean.class);

    private final LoopActionQueue queue;
    private final Handler handler;

    @SuppressWarnings("unused") // through QUEUED
    private volatile boolean queued;

    @Nullable
    LoopAction next; // owned by the list that contains it

    /** The code of an action. */
    public interface Handler {

        /** Runs on the loop's thread, after a request. */
        void run();

        /** Called on the loop's thread when {@link #run} has thrown, which it never should. */
        void failed(Throwable cause);

        /** Called on any thread when the loop has ended and will never run this action. */
        void loopEnded();
    }

    LoopAction(LoopActionQueue queue, Handler handler) {
        this.queue = queue;
        this.handler = handler;
    }

    /**
     * Requests a run, at the end of the current drain or else soon. May be called from any thread; never waits. What a
     * thread has written before the request is visible to the run.
     */
    public void request() {
        queue.request(this);
    }

    /**
     * Runs the handler now. A pending request remains pending, and an exception is passed to the caller. Called on the
     * loop's thread.
     */
    public void run() {
        handler.run();
    }

    /** Marks this as queued. Returns whether the caller must add it to the list. */
    boolean register() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Runs the handler on the loop's thread. Requests made from here on lead to another run. */
    void perform() {
        next = null;
        queued = false; // before run() reads the state, which a requester that finds this queued has already changed
        try {
            handler.run();
        } catch (Throwable unexpected) { // must not prevent the other actions from running
            try {
                handler.failed(unexpected);
            } catch (Throwable noMemory) {
                // a failing handler must not prevent them either
            }
        }
    }

    void loopEnded() {
        next = null;
        handler.loopEnded();
    }
}
