package io.anyio.spi;

/**
 * A backend's view of the engine that runs its tasks. Simulations use it to decide when time may advance; a backend in
 * real time does not need it. May be called from any thread.
 *
 * <p>AnyIO has no counterpart.
 */
public interface EngineView {

    /** Whether the first task, and so every task, has ended. */
    boolean isOver();

    /** Whether a task currently holds the turn to run. */
    boolean taskRunning();

    /** Whether every live task waits in the library, so only another task, a deadline or the outside can wake it. */
    boolean allSuspended();

    /** Returns the number of external operations that will wake a task: workers, portals, foreign futures. */
    int outsideWork();

    /**
     * Returns how many of the {@link #outsideWork operations} are waits for a future of other code. Such a future may
     * as well be completed by a task of the run, so a clock that stands still for it could stand forever.
     */
    int foreignWaits();

    /** Returns the number of waits for a future of other code that have begun since the start of the run. */
    int foreignWaitsBegun();

    /**
     * Whether external operations have begun in the run, or tasks have awaited stages of other code. Code that has
     * ended one of them may still be running, and may wake other tasks.
     */
    boolean outsideTookPart();

    /**
     * Reports that a millisecond of virtual time has passed while a task ran. Does what the watchdog does in real time.
     */
    void millisecondGone();

    /** Returns a line for each live task: its name, its state and where it waits. */
    String describeTasks();

    /** Cancels the run and makes it fail with {@code reason} after its tasks have ended. */
    void abort(Throwable reason);

    /** Makes the run fail with {@code reason} immediately. Tasks that do not react are abandoned. */
    void abandon(Throwable reason);
}
