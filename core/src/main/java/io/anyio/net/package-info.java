/**
 * TCP connections and listeners, the same on every backend.
 *
 * <p>Begin with {@link io.anyio.net.Tcp}: {@code connect} returns a {@link io.anyio.net.SocketStream}, and
 * {@code listen} returns a {@link io.anyio.net.SocketListener}, which serves each connection in a task of its own. This
 * is an echo server:
 *
 * <pre>{@code
 * AnyIO.run(() -> {
 *     try (var listener = Tcp.listen(7007)) {
 *         listener.serve(stream -> {
 *             while (true) {
 *                 stream.send(stream.receive());   // until the client has sent everything
 *             }
 *         });
 *     }
 * });
 * }</pre>
 *
 * <p>{@link io.anyio.net.ConnectOptions} and {@link io.anyio.net.ListenOptions} hold the settings. A connection that
 * cannot be made is a {@link io.anyio.net.ConnectionFailedException}; failures of an open stream are in
 * {@link io.anyio.resource} and {@link io.anyio.stream}.
 */
@NullMarked
package io.anyio.net;

import org.jspecify.annotations.NullMarked;
