package io.anyio.netty;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for the loop's thread: it runs there once, however often it was asked for. See {@link Errands}.
 */
abstract class Errand {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, Errand.class, boolean.class);

    @SuppressWarnings("unused") // through QUEUED
    private volatile boolean queued;

    @Nullable
    Errand next; // owned by the list it stands in

    /** Whether it is this call that has to put it into the list. */
    final boolean enlist() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Does the errand on the loop's thread. What is asked for from here on leads to another run. */
    final void doNow() {
        next = null;
        queued = false; // before run() looks at the state, so that whoever finds it queued is seen
        try {
            run();
        } catch (Throwable unexpected) { // must not keep the other errands from being done
            failed(unexpected);
        }
    }

    /** On the loop's thread. */
    abstract void run();

    /** On the loop's thread: {@link #run} has thrown, which it never should. */
    abstract void failed(Throwable cause);

    /** On any thread: the loop has ended and will never run it. */
    abstract void loopEnded();
}
