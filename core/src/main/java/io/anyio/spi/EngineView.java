package io.anyio.spi;

/**
 * What a backend may ask the engine about the run it carries. Simulations use it to know when time may jump; a backend
 * that lives in real time needs none of it. Any thread may call.
 *
 * <p>AnyIO has no counterpart.
 */
public interface EngineView {

    /** Whether the first task has ended, and with it all others. */
    boolean isOver();

    /** Whether a task has the right to run just now. */
    boolean taskRunning();

    /** Whether every live task waits in the library, where only another task, a deadline or the outside can wake it. */
    boolean allSuspended();

    /**
     * How much work is under way outside of the tasks that will wake one of them: workers, portals, foreign futures.
     */
    int outsideWork();

    /** A millisecond of virtual time has gone while a task ran: does what the watchdog does in real time. */
    void millisecondGone();

    /** A line for each live task: its name, its state and where it waits. */
    String describeTasks();

    /** Cancels the run and makes it fail with {@code reason}, once its tasks have ended. */
    void abort(Throwable reason);

    /** Makes the run fail with {@code reason} at once, leaving behind tasks that do not react. */
    void abandon(Throwable reason);
}
