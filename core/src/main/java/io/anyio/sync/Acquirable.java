package io.anyio.sync;

import io.anyio.Block;
import io.anyio.Checkpoints;
import io.anyio.Suspension;
import io.anyio.ValueBlock;
import io.anyio.WaitQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that tasks take and give back, and for which they stand in line while there is none: what {@link Lock},
 * {@link Semaphore} and {@link CapacityLimiter} have in common.
 *
 * @param <T> what is known of whoever takes it
 */
abstract class Acquirable<T> {
    /*
     * Whether something is free is decided in the critical section of `waiters`, and so is who gets what is given back:
     * whoever joins the line has seen, in the same section, that nothing is free.
     */

    final WaitQueue waiters = WaitQueue.create();

    Acquirable() {}

    /** Takes something if it is free and nobody waits for it. Called in the critical section. */
    abstract boolean takeFree(T taker);

    /** Takes something if it is free; never waits. */
    final boolean take(T taker) {
        waiters.enter();
        try {
            return takeFree(taker);
        } finally {
            waiters.leave();
        }
    }

    /** Takes something or stands in line for it; gives whether to wait. */
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

    /** The first half of a checkpoint: a fast one lets others run here, and only when they have waited for long. */
    static void beforeTaking(boolean fast, String what) {
        if (fast) {
            Checkpoints.fastest(what);
        } else {
            Checkpoints.ifCancelled(what);
        }
    }

    /** The second half: lets others run after something was taken, unless it is fast. */
    static void afterTaking(boolean fast) {
        if (!fast) {
            try {
                Checkpoints.shielded();
            } catch (StackOverflowError full) {
                // it was taken, so this call succeeds; others run at the next checkpoint
            }
        }
    }

    /** How many tasks wait. */
    final int waiting() {
        waiters.enter();
        try {
            return waiters.size();
        } finally {
            waiters.leave();
        }
    }

    /** Takes it, waiting until it can be had. A checkpoint. */
    public abstract void acquire();

    /** Gives it back. Not a checkpoint. */
    public abstract void release();

    /**
     * Runs {@code body} between {@link #acquire} and {@link #release}, which happens in any case. A checkpoint, as
     * {@code acquire}. AnyIO: {@code async with}.
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

    /** {@link #run} for a body that gives a value. */
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
