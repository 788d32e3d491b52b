/**
 * Building blocks for implementers of primitives and backends. Code that only uses tasks and streams does not need this
 * package.
 *
 * <p>{@link io.anyio.lowlevel.Suspension} is one wait of one task. {@link io.anyio.lowlevel.WaitQueue} is a fair queue
 * of waits, the basis of every primitive. {@link io.anyio.lowlevel.SingleWaiter} is the slot in which one task waits
 * for an event that another thread causes, such as the arrival of bytes. {@link io.anyio.lowlevel.Checkpoints} makes a
 * call a checkpoint although it need not wait.
 *
 * <pre>{@code
 * void await() {                              // of an event
 *     Checkpoints.ifCancelled("await an event");
 *     var wait = Suspension.create("await an event");
 *     waiters.enter();
 *     boolean over = set;
 *     if (!over) {
 *         waiters.add(wait);
 *     }
 *     waiters.leave();
 *     if (over) {
 *         Checkpoints.fastShielded("await an event");
 *     } else {
 *         waiters.await(wait);
 *     }
 * }
 * }</pre>
 *
 * {@link io.anyio.lowlevel.TaskRef} refers to a task, {@link io.anyio.lowlevel.RunVar} holds a value for each run,
 * {@link io.anyio.lowlevel.ExternalWork} tells a simulation of work that it cannot see.
 */
@NullMarked
package io.anyio.lowlevel;

import org.jspecify.annotations.NullMarked;
