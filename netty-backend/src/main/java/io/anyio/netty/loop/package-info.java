/**
 * One event loop of Netty: the engine's drains on it, the messages that it hands to tasks, its threads, its channels,
 * and the runs and runtimes that use it. Not exported.
 *
 * <p>{@link io.anyio.netty.loop.NettyLoopDriver} is what the engine knows of a loop, and has the other parts.
 */
@NullMarked
package io.anyio.netty.loop;

import org.jspecify.annotations.NullMarked;
