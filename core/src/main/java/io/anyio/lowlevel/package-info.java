/**
 * Building blocks for implementers of primitives and backends. Code that only uses tasks and streams does not need this
 * package.
 *
 * <ul>
 *   <li>{@link io.anyio.Suspension} is one wait of one task; every wait of the library is one.
 *   <li>{@link io.anyio.WaitQueue} is a fair queue of them, and the critical section of a primitive.
 *   <li>{@link io.anyio.lowlevel.SingleWaiter} is the slot in which one task waits for an event that another thread
 *       causes, such as the arrival of bytes.
 * </ul>
 *
 * <p>Begin with {@code SingleWaiter} if a callback is to wake a task. This lets a task wait for the callback of another
 * library:
 *
 * <pre>{@code
 * var arrived = new AtomicReference<Message>();
 * var waiter = SingleWaiter.create(thread -> false);      // any thread may wake the task
 * client.onMessage(message -> {
 *     arrived.set(message);
 *     waiter.wake();
 * });
 * while (arrived.get() == null) {
 *     waiter.await("message", () -> arrived.get() != null);   // a checkpoint
 * }
 * }</pre>
 */
@NullMarked
package io.anyio.lowlevel;

import org.jspecify.annotations.NullMarked;
