package io.anyio.diagnostics;

import java.util.List;

/**
 * What a run has done so far, and what it does at the moment. Taken by {@code AnyIO.statistics()},
 * {@code EventLoopToken.statistics()} and the runtimes. AnyIO has no counterpart for a run; its primitives have
 * {@code statistics()}, as here.
 *
 * <p>Taking the numbers is cheap and does not stop the tasks, so they are not a consistent snapshot: a task that starts
 * or ends meanwhile may be contained in one number and not in another. When the run is at rest they are exact. Except
 * for the worker threads, each number is the sum over the {@linkplain #loops loops}.
 *
 * @param tasksAlive the number of tasks that have been started and have not ended, the first task included
 * @param tasksStarted the number of tasks started so far
 * @param tasksReady the number of tasks that can run and wait for their turn
 * @param switches how many times a task was given its turn so far; a task that yields while no other task is ready may
 *     keep its turn
 * @param slowTurns how many times a task has held its loop for longer than the threshold of the watchdog
 * @param lentTurns how many times the turn of a task that waited outside of the library was lent to others; portable
 *     carrier only
 * @param rescues how many times another thread began to run the tasks of a loop whose thread was stuck; loop carrier
 *     only
 * @param deadlinesArmed the number of deadlines and delays that have not been reached or cancelled, those of sleeping
 *     tasks included
 * @param bytesToSend the number of bytes that tasks have sent on connections and that the operating system has not
 *     taken; 0 on a backend without a network
 * @param workersBusy the number of worker threads that run a call
 * @param workersWaitedFor the number of tasks that wait for a free worker thread
 * @param loops the numbers of each loop, in the order of the loops
 */
public record RunStatistics(
        long tasksAlive,
        long tasksStarted,
        long tasksReady,
        long switches,
        long slowTurns,
        long lentTurns,
        long rescues,
        long deadlinesArmed,
        long bytesToSend,
        long workersBusy,
        long workersWaitedFor,
        List<LoopStatistics> loops) {
    /** Creates a snapshot. The list must not be null. */
    public RunStatistics {
        loops = List.copyOf(loops);
    }

    /**
     * Returns the sums of the numbers of {@code loops}.
     *
     * @param loops the numbers of each loop
     * @param workersBusy the number of worker threads that run a call
     * @param workersWaitedFor the number of tasks that wait for a free worker thread
     */
    public static RunStatistics of(List<LoopStatistics> loops, long workersBusy, long workersWaitedFor) {
        return new RunStatistics(
                loops.stream().mapToLong(LoopStatistics::tasksAlive).sum(),
                loops.stream().mapToLong(LoopStatistics::tasksStarted).sum(),
                loops.stream().mapToLong(LoopStatistics::tasksReady).sum(),
                loops.stream().mapToLong(LoopStatistics::switches).sum(),
                loops.stream().mapToLong(LoopStatistics::slowTurns).sum(),
                loops.stream().mapToLong(LoopStatistics::lentTurns).sum(),
                loops.stream().mapToLong(LoopStatistics::rescues).sum(),
                loops.stream().mapToLong(LoopStatistics::deadlinesArmed).sum(),
                loops.stream().mapToLong(LoopStatistics::bytesToSend).sum(),
                workersBusy,
                workersWaitedFor,
                loops);
    }
}
