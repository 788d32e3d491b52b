package io.anyio.jdk;

import io.anyio.spi.LoopAction;
import io.anyio.spi.LoopActionQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A channel that is ready while it contains items, and a selector that reports this, for tests of races. */
public final class ReadinessSource implements LoopAction.Handler {
    private final AtomicInteger items = new AtomicInteger();
    private final Readiness readiness;
    private boolean watched; // loop only: the interest of the selector
    private volatile @Nullable Throwable failure; // of an action; written by the loop

    /** Creates a source without items on the loop that {@code loop} posts to. */
    public ReadinessSource(Executor loop, Predicate<Thread> loopThread) {
        this.readiness = new Readiness(LoopActionQueue.create(loop, () -> false).action(this), loopThread);
    }

    // ---- the loop's thread ----

    /** Updates the interest, as a backend does when a task requests it. */
    @Override
    public void run() {
        watched = readiness.isWanted();
    }

    /** Reports, as the selector does in a turn. Returns whether the next turn would report again. */
    public boolean turn() {
        if (isReported()) {
            watched = readiness.report();
        }
        return isReported();
    }

    /** Returns whether the selector would report: the channel is ready and watched. */
    public boolean isReported() {
        return watched && items.get() > 0;
    }

    @Override
    public void failed(Throwable cause) {
        failure = cause;
    }

    @Override
    public void loopEnded() {}

    // ---- others ----

    /** Adds an item. */
    public void add() {
        items.incrementAndGet();
    }

    /** Takes all items, waiting for at least one. */
    public int consume() {
        while (true) {
            if (failure != null) {
                throw new AssertionError(failure);
            }
            if (!readiness.take()) {
                readiness.await("consume", () -> false);
                continue;
            }
            int taken = items.getAndSet(0);
            if (taken > 0) {
                return taken;
            }
        }
    }
}
