/**
 * Structured concurrency: tasks, the task groups that own them, and cancel scopes.
 *
 * <p>Start here. {@link io.anyio.AnyIO#run AnyIO.run} starts an event loop and runs one task on it. A
 * {@link io.anyio.TaskGroup} starts more tasks and does not end before they do. A {@link io.anyio.CancelScope} marks a
 * region of code that can be cancelled as a unit.
 *
 * <pre>{@code
 * AnyIO.run(() -> TaskGroup.run(group -> {
 *     group.startSoon(() -> fetch("a"));
 *     group.startSoon(() -> Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> fetch("b")));
 * }));                                       // both tasks have ended
 * }</pre>
 *
 * <h2>Types by purpose</h2>
 *
 * <ul>
 *   <li>Running and time: {@link io.anyio.AnyIO}, {@link io.anyio.Deadline}, {@link io.anyio.AttachedRun}.
 *   <li>Starting tasks: {@link io.anyio.TaskGroup}, {@link io.anyio.TaskHandle}, {@link io.anyio.TaskOptions}.
 *   <li>Cancelling: {@link io.anyio.CancelScope}, {@link io.anyio.Timeouts}, {@link io.anyio.StopRequest},
 *       {@link io.anyio.Interruptible}.
 *   <li>Failures: {@link io.anyio.FailureGroup}, {@link io.anyio.Failures}.
 *   <li>Waiting for the first of several things: {@link io.anyio.select.Select}.
 *   <li>Values of a task or a run: {@link io.anyio.ContextVar}, {@link io.anyio.lowlevel.RunVar}.
 *   <li>Diagnosis: {@link io.anyio.TaskDump}, {@link io.anyio.TaskInfo}, {@link io.anyio.RunInfo}.
 *   <li>Implementing primitives: {@link io.anyio.lowlevel.Suspension}, {@link io.anyio.lowlevel.WaitQueue},
 *       {@link io.anyio.lowlevel.Checkpoints}.
 * </ul>
 *
 * Locks, events and the like are in {@link io.anyio.sync}, streams in {@link io.anyio.stream}, TCP in
 * {@link io.anyio.net}, ready-made groups such as {@code gather} and {@code race} in {@link io.anyio.task}, and the
 * simulation for tests in {@link io.anyio.testing}. A backend implements {@link io.anyio.spi}.
 *
 * <h2>How the parts are related</h2>
 *
 * <pre>
 *    TaskGroup ──owns──▶ Task ──runs in──▶ CancelScope (a chain that leads through the groups to the root)
 *                          │
 *                          └──waits in──▶ Suspension ◀──resumed by── I/O · primitives · deadlines
 *                                                    ◀──aborted by── cancellation
 * </pre>
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li>A <em>task</em> is a virtual thread that this library started. It belongs to one event loop. Between two of its
 *       suspension points no other task of the same loop runs.
 *   <li>A <em>suspension point</em> is a call that may let other tasks run.
 *   <li>A <em>checkpoint</em> is a call that throws {@link io.anyio.Cancelled} while the caller is in a cancelled
 *       scope, and that may let other tasks run. Every method says whether it is one.
 *   <li>A <em>blocking</em> method may be called only by a task. Anywhere else it throws
 *       {@link io.anyio.NoEventLoopException}. A method that does not block may be called from any thread, Netty's
 *       handlers included, unless it says otherwise.
 * </ul>
 *
 * Passing {@code null} where it is not declared throws {@link java.lang.NullPointerException}. "AnyIO:" in a comment
 * names the counterpart in AnyIO for Python.
 */
@NullMarked
package io.anyio;

import org.jspecify.annotations.NullMarked;
