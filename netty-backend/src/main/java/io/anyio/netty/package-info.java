/**
 * The backend on Netty: tasks, timers and TCP on Netty's event loops.
 *
 * <ul>
 *   <li>{@link io.anyio.netty.NettyOptions}: the transport, the number of loops and other settings of a run.
 *   <li>{@link io.anyio.netty.NettyRuntime}: runs tasks on the event loops of an existing application.
 *   <li>{@link io.anyio.netty.Transport}: NIO, epoll, kqueue or io_uring.
 * </ul>
 *
 * <p>A program that uses only {@link io.anyio.AnyIO#run(io.anyio.Block) AnyIO.run} needs none of them: this backend is
 * found on the class path or module path, and chooses the transport. Begin with {@code NettyOptions} to choose:
 *
 * <pre>{@code
 * AnyIO.run(() -> serve(), NettyOptions.DEFAULTS.withTransport(Transport.NIO).withLoops(2));
 * }</pre>
 *
 * <p>A Netty application attaches a runtime to the loops it has. Its handlers can then start tasks:
 *
 * <pre>{@code
 * try (var runtime = NettyRuntime.attach(group)) {
 *     CompletableFuture<Page> page = runtime.start(() -> fetch("a"));
 *     ...
 * }
 * }</pre>
 */
@NullMarked
package io.anyio.netty;

import org.jspecify.annotations.NullMarked;
