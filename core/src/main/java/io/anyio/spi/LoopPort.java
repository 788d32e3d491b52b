package io.anyio.spi;

/**
 * One event loop, as the engine sees it: a thread that runs what is posted to it, and one timer.
 *
 * <p>The engine does its own queueing: it posts a single runnable, its <em>drain</em>, whenever tasks have become
 * ready, and never relies on the identity of the thread that runs it.
 *
 * <p>AnyIO: the native event loop.
 */
public interface LoopPort {

    /**
     * Runs the drain soon on this loop's thread. Any thread may call; must not block, park or yield.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the loop will run nothing any more; the engine then
     *     moves what is left to a thread of its own
     */
    void execute(Runnable drain);

    /**
     * Runs the drain after the loop has looked at its I/O once more. Called on the loop's thread, when a drain has used
     * up its budget while more tasks are ready. While one such run is under way another call may do nothing.
     *
     * @throws java.util.concurrent.RejectedExecutionException as {@link #execute}
     */
    void executeAfterIo(Runnable drain);

    /**
     * Runs {@code onTime} on this loop's thread after {@code delayNanos} (zero or more). Called on the loop's thread
     * only, and rarely: the engine keeps its own heap of deadlines. A later call replaces the one before; an earlier
     * runnable that still runs does no harm.
     *
     * @throws java.util.concurrent.RejectedExecutionException as {@link #execute}
     */
    void arm(long delayNanos, Runnable onTime);

    /** Runs {@code action} once, on any thread, when this loop has ended and what it accepted may have been dropped. */
    void onTermination(Runnable action);

    /** Whether this loop is known to run on a virtual thread, which cannot carry other virtual threads. */
    default boolean onVirtualThread() {
        return false;
    }

    /**
     * Whether this loop has no thread of its own but runs when somebody pumps it, as tests do, and may be posted to by
     * that thread only.
     */
    default boolean pumped() {
        return false;
    }

    /**
     * Whether the loop runs the present drain in the middle of its I/O, with tasks that the last one has left behind:
     * it then gives one turn to what is ready when it begins, and leaves the rest. Called on the loop's thread, at the
     * beginning of a drain.
     */
    default boolean amidIo() {
        return false;
    }

    /**
     * Whether tasks have left work for the time after the drain, such as bytes to be written. A drain of tasks that
     * compute for long ends early then. Called on the thread that drains.
     */
    default boolean isAwaited() {
        return false;
    }

    /**
     * The drain that ends now has run tasks for about so long. Called on the thread that ran it, before
     * {@link #executeAfterIo}.
     */
    default void ran(long nanos) {}

    /** The last ready task has given up its turn on a thread that is not this loop's. For simulations. */
    default void quiet() {}
}
