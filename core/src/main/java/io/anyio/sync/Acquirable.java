package io.anyio.sync;

import io.anyio.Block;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.Suspension;
import io.anyio.lowlevel.WaitQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The common base of {@link Lock}, {@link Semaphore} and {@link CapacityLimiter}: tasks acquire and release it, and
 * wait in a queue while it is not available.
 *
 * @param <T> the data that identifies a taker
 */
abstract class Acquirable<T> {
    /*
     * The critical section of `waiters` decides both whether something is free and which task gets what is released. A
     * task that joins the queue has seen, in the same section, that nothing is free.
     */

    final WaitQueue waiters = WaitQueue.create();

    Acquirable() {}

    /** Takes something if it is free and no task waits for it. Called in the critical section. */
    abstract boolean takeFree(T taker);

    /** Takes something if it is free. Never waits. */
    final boolean take(T taker) {
        waiters.enter();
        try {
            return takeFree(taker);
        } finally {
            waiters.leave();
        }
    }

    /** Takes something or joins the queue for it. Returns whether the caller must wait. */
    final boolean mustWait(T taker, Suspension wait) {
        waiters.enter();
        try {
            boolean taken = takeFree(taker);
            if (!taken) {
                waiters.add(wait);
            }
            return !taken;
        } finally {
            waiters.leave();
        }
    }

    /** The first half of a checkpoint. A fast one lets other tasks run here, and only if they have waited for long. */
    static void beforeTaking(boolean fast, String what) {
        if (fast) {
            Checkpoints.fastest(what);
        } else {
            Checkpoints.ifCancelled(what);
        }
    }

    /** The second half of a checkpoint: lets other tasks run after something was taken, unless it is fast. */
    static void afterTaking(boolean fast) {
        if (!fast) {
            try {
                Checkpoints.shielded();
            } catch (VirtualMachineError full) {
                // it was taken, so this call succeeds; others run at the next checkpoint
            }
        }
    }

    /** Returns the number of waiting tasks. */
    final int waiting() {
        waiters.enter();
        try {
            return waiters.size();
        } finally {
            waiters.leave();
        }
    }

    /** Acquires this, waiting until it is available. A checkpoint. */
    public abstract void acquire();

    /** Releases this. Not a checkpoint. */
    public abstract void release();

    /**
     * Runs {@code body} between {@link #acquire} and {@link #release}, and releases even if it throws. A checkpoint, as
     * {@code acquire} is. AnyIO: {@code async with}.
     */
    public final <X extends Exception> void run(Block<X> body) throws X {
        Objects.requireNonNull(body, "body");
        acquire();
        try {
            body.run();
        } finally {
            release();
        }
    }

    /** Runs a {@code body} that returns a value; see {@link #run}. */
    public final <V extends @Nullable Object, X extends Exception> V call(ValueBlock<V, X> body) throws X {
        Objects.requireNonNull(body, "body");
        acquire();
        try {
            return body.call();
        } finally {
            release();
        }
    }
}
