/**
 * Tasks, the scopes that bound them, and the single way a task waits.
 *
 * <pre>
 *    TaskGroup ──owns──▶ Task ──stands in──▶ CancelScope (a chain that leads through the groups to the root)
 *                          │
 *                          └──waits in──▶ Suspension ◀──woken by── I/O · primitives · deadlines · cancellation
 * </pre>
 *
 * {@link io.anyio.AnyIO#run run} starts an event loop and one task on it. A {@link io.anyio.TaskGroup} starts more and
 * does not end before they do. A {@link io.anyio.CancelScope} marks code that can be given up as a whole. A
 * {@link io.anyio.Suspension} is where a task waits, and the only place where it learns that it has been cancelled.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li>A <em>task</em> is a virtual thread that this library started. Between two of its suspension points no other
 *       task of the same loop runs.
 *   <li>A <em>checkpoint</em> is a call that throws {@link io.anyio.Cancelled} while the caller stands in a cancelled
 *       scope, and that may let other tasks run. Every method says whether it is one.
 *   <li>A <em>blocking</em> method may only be called by a task. Anywhere else it throws
 *       {@link io.anyio.NoEventLoopException}. A method that does not block may be called from any thread, Netty's
 *       handlers included, unless it says otherwise.
 * </ul>
 *
 * Passing {@code null} where it is not declared throws {@link java.lang.NullPointerException}.
 */
@NullMarked
package io.anyio;

import org.jspecify.annotations.NullMarked;
