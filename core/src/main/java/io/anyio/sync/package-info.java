/**
 * Synchronization primitives: locks, semaphores, events and others through which tasks coordinate.
 *
 * <ul>
 *   <li>{@link io.anyio.sync.Event}: a flag that is set once; tasks wait for it.
 *   <li>{@link io.anyio.sync.Lock}: admits one task at a time.
 *   <li>{@link io.anyio.sync.CapacityLimiter}: limits the number of concurrent users of something.
 *   <li>{@link io.anyio.sync.Semaphore}: the same, with slots that have no owner.
 *   <li>{@link io.anyio.sync.Condition}: tasks wait under a lock until another task signals a change.
 *   <li>{@link io.anyio.sync.Deferred}: a value that is set once, from any thread; tasks wait for it.
 * </ul>
 *
 * <p>Begin with {@code Event}, or with {@code CapacityLimiter} to limit concurrency:
 *
 * <pre>{@code
 * var limiter = CapacityLimiter.create(10);
 * Tasks.forEach(urls, url -> limiter.run(() -> fetch(url)));   // at most ten at a time
 * }</pre>
 *
 * <p>All of them are fair, may be shared by tasks of several loops, and can be made anywhere, also outside of a run. A
 * waiting task can be cancelled. To pass items from task to task, see {@link io.anyio.stream.MemoryObjectStream}.
 */
@NullMarked
package io.anyio.sync;

import org.jspecify.annotations.NullMarked;
