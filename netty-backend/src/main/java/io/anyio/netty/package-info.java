/**
 * The backend on Netty: tasks, timers and TCP on Netty's event loops.
 *
 * <ul>
 *   <li>{@link io.anyio.netty.NettyOptions}: the transport, the number of loops and other settings of a run.
 *   <li>{@link io.anyio.netty.NettyRuntime}: runs tasks on the event loops of an existing application.
 *   <li>{@link io.anyio.netty.MessageStream}: the messages of a channel with any codecs, in a task.
 *   <li>{@link io.anyio.netty.NettyStreams}: such streams for clients.
 *   <li>{@link io.anyio.netty.NettyFutures}: waiting for futures of Netty.
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
 * <p>A Netty application attaches a runtime to the loops it has. Its handlers can then be tasks, or start tasks:
 *
 * <pre>{@code
 * NettyRuntime runtime = NettyRuntime.attach(group);
 * pipeline.addLast(new HttpServerCodec(), runtime.handler(connection -> {
 *     while (true) {
 *         HttpRequest request = connection.receive(HttpRequest.class);
 *         connection.send(answer(request));
 *     }
 * }));
 * }</pre>
 */
@NullMarked
package io.anyio.netty;

import org.jspecify.annotations.NullMarked;

/*
 * Where to begin reading:
 *
 *   NettyBackend    the loops of a run and its network; NettyOptions and NettyRuntime open it
 *   loop            one event loop, and the drains of the engine on it
 *   tcp             connections and listeners; NettyNetwork makes them
 *   buffer          the bytes between a channel and its task
 *   message         the messages between a pipeline and its tasks; MessageStream and ChannelTasks are made of them
 *   transport       what differs between NIO, epoll, kqueue and io_uring
 *   future          what NettyFutures is made of
 *
 * A package below must not use this one: the public types Transport, ChannelTypes and MessageStream hold an object of a
 * package below, which stands for them there.
 */
