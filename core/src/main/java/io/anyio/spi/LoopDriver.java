package io.anyio.spi;

/**
 * One event loop from the engine's point of view: a thread that runs what is posted to it, and one timer.
 *
 * <p>The engine keeps its own queues. It posts a single runnable, its <em>drain</em>, whenever tasks have become ready,
 * and never relies on the identity of the thread that runs it.
 *
 * <p>AnyIO: the native event loop.
 */
public interface LoopDriver {

    /**
     * Runs the drain soon on this loop's thread. May be called from any thread, also by a task on the loop's own
     * thread. Must not block, park or yield: a lock, such as those in a {@code ScheduledThreadPoolExecutor} or a
     * {@code DelayQueue}, could be held by a task that only this thread can run.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the loop no longer runs anything; the engine then
     *     moves the remaining work to a thread of its own
     */
    void execute(Runnable drain);

    /**
     * Runs the drain after the loop has polled its I/O once more. Called on the loop's thread when a drain has used up
     * its budget while more tasks are ready. May do nothing if such a run is already pending.
     *
     * @throws java.util.concurrent.RejectedExecutionException as {@link #execute}
     */
    void executeAfterIo(Runnable drain);

    /**
     * Runs {@code onTime} on this loop's thread after {@code delayNanos} (zero or more). Called on the loop's thread
     * only, and rarely, because the engine keeps its own heap of deadlines. A later call replaces an earlier one; it
     * does no harm if the earlier runnable runs nevertheless.
     *
     * @throws java.util.concurrent.RejectedExecutionException as {@link #execute}
     */
    void arm(long delayNanos, Runnable onTime);

    /**
     * Runs {@code action} once, on any thread, when this loop has ended and may have dropped accepted work; soon if it
     * has ended already.
     */
    void onTermination(Runnable action);

    /** Whether this loop is known to run on a virtual thread, which cannot carry other virtual threads. */
    default boolean isOnVirtualThread() {
        return false;
    }

    /**
     * Whether this loop has no thread of its own and runs only when its user drives it, as tests do. Only the driving
     * thread may post to such a loop.
     */
    default boolean isManuallyDriven() {
        return false;
    }

    /**
     * Whether {@code thread} is the thread of this loop, which must not wait for a task of the loop. May be called from
     * any thread.
     */
    default boolean runsOn(Thread thread) {
        return false;
    }

    /**
     * Whether the loop runs the current drain in the middle of its I/O, with tasks left over from the previous drain.
     * Such a drain gives one turn to each task that is ready at its beginning, and leaves the rest. Called on the
     * loop's thread at the beginning of a drain.
     */
    default boolean isDrainingDuringIo() {
        return false;
    }

    /**
     * Whether tasks have left work to be done after the drain, such as bytes to be written. If so, a drain of tasks
     * that compute for long ends early. Called on the thread that drains.
     */
    default boolean isAwaited() {
        return false;
    }

    /**
     * Returns the number of bytes that tasks have sent on the connections of this loop and that the operating system
     * has not taken. For statistics. May be called from any thread; must not wait. See {@link BytesToSend}.
     */
    default long bytesToSend() {
        return 0;
    }

    /**
     * Reports for about how long the ending drain has run tasks. Called on its thread, before {@link #executeAfterIo}.
     */
    default void ran(long nanos) {}

    /**
     * Reports that the state in {@link EngineView} has changed: the last ready task has given up its turn, or external
     * work has begun or ended. May be called from any thread. For simulations.
     */
    default void onIdle() {}
}
