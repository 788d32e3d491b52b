/**
 * Building blocks for implementers of primitives and backends. Code that only uses tasks and streams does not need this
 * package.
 *
 * <p>{@link io.anyio.lowlevel.SingleWaiter} is the slot in which one task waits for an event that another thread
 * causes, such as the arrival of bytes. {@link io.anyio.lowlevel.Suspension} is the wait itself.
 */
@NullMarked
package io.anyio.lowlevel;

import org.jspecify.annotations.NullMarked;
