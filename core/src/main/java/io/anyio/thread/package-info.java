/**
 * Calls between event loops and other threads: worker threads for code that must not run on a loop, calls from there
 * back to the loop, and portals, through which threads outside of a run use it.
 *
 * <ul>
 *   <li>{@link io.anyio.thread.ToThread}: runs code of a task on a worker thread, with
 *       {@link io.anyio.thread.ToThreadOptions}.
 *   <li>{@link io.anyio.thread.FromThread}: runs code of a worker thread, or of any thread that has an
 *       {@link io.anyio.EventLoopToken}, on an event loop.
 *   <li>{@link io.anyio.thread.BlockingPortal}: starts tasks from any thread. A
 *       {@link io.anyio.thread.BlockingPortalProvider} shares one portal among several users.
 * </ul>
 *
 * <pre>{@code
 * ToThread.run(() -> {                                 // on a worker thread; the task waits
 *     int rows = compute();
 *     FromThread.run(() -> results.send(rows));        // on the loop of the task
 * });
 * try (BlockingPortal portal = BlockingPortal.start()) {          // on any thread
 *     String answer = portal.call(() -> ask("host", 80));
 * }
 * }</pre>
 *
 * <p>AnyIO: {@code anyio.to_thread} and {@code anyio.from_thread}.
 */
@NullMarked
package io.anyio.thread;

import org.jspecify.annotations.NullMarked;
