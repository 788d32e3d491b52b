/**
 * Observation of running programs: numbers, reports of the watchdog, and events of the JDK's Flight Recorder.
 *
 * <ul>
 *   <li>{@link io.anyio.diagnostics.RunStatistics}: how many tasks a run has, and what it has done so far.
 *   <li>{@link io.anyio.diagnostics.WatchdogListener}: is called when a task or a thread keeps a loop from making
 *       progress.
 * </ul>
 *
 * <pre>{@code
 * RunStatistics now = AnyIO.statistics();
 * System.out.println(now.tasksAlive() + " tasks, " + now.tasksReady() + " ready");
 * }</pre>
 *
 * <p>The types of this package contain data only; {@code io.anyio.TaskDump} shows the tasks themselves. With the system
 * property {@code anyio.jfr} set to {@code true}, runs also write events named {@code io.anyio.*} to each recording of
 * the Flight Recorder.
 */
@NullMarked
package io.anyio.diagnostics;

import org.jspecify.annotations.NullMarked;
