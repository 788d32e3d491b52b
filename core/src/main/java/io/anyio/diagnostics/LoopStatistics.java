package io.anyio.diagnostics;

/**
 * The part of one event loop in a {@link RunStatistics}, which describes the numbers. AnyIO has no counterpart.
 *
 * @param loop the number of the loop in its run, counted from 0
 * @param tasksAlive the number of its tasks that have not ended
 * @param tasksStarted the number of its tasks started so far
 * @param tasksReady the number of its tasks that wait for their turn
 * @param switches how many times one of its tasks was given the turn
 * @param slowTurns how many times one of its tasks has held the loop for too long
 * @param lentTurns how many times the turn of one of its tasks was lent
 * @param rescues how many times another thread began to run its tasks
 * @param deadlinesArmed the number of its deadlines and delays that have not been reached
 * @param bytesToSend the number of bytes that were sent on its connections and that the system has not taken
 */
public record LoopStatistics(
        int loop,
        long tasksAlive,
        long tasksStarted,
        long tasksReady,
        long switches,
        long slowTurns,
        long lentTurns,
        long rescues,
        long deadlinesArmed,
        long bytesToSend) {}
