/**
 * The interfaces between the engine and a backend, which provides event loops, a clock and a network, and parts that
 * backends share. Only implementers of backends need this package.
 *
 * <p>The interfaces are narrow on purpose. Tasks, scopes, timers and every primitive are written once, in
 * {@code io.anyio}. A backend only says how to run something on a loop's thread, how to be called back later, and how
 * to reach the network. Nothing here uses the rest of the library.
 *
 * <p>To write a backend, begin with {@link io.anyio.spi.Backend} and {@link io.anyio.spi.LoopDriver}; they are enough
 * to run tasks and timers. A backend with sockets also implements {@link io.anyio.spi.Network},
 * {@link io.anyio.spi.ByteTransport} and {@link io.anyio.spi.AcceptTransport}. Users select it through its
 * {@link io.anyio.spi.BackendOptions}, or by a name that its {@link io.anyio.spi.BackendProvider} announces:
 *
 * <pre>{@code
 * record MyOptions(int loops) implements BackendOptions {
 *     public String backend() {
 *         return "mine";
 *     }
 *
 *     public Backend open() {
 *         return new MyBackend(loops);      // its loops() are LoopDrivers
 *     }
 * }
 *
 * AnyIO.run(() -> serve(), new MyOptions(2));
 * }</pre>
 *
 * The page "Writing a backend" of the documentation follows a complete small backend step by step. Verify a backend
 * with {@link io.anyio.testing.BackendContract}.
 *
 * <p>For the bytes that tasks send, a loop needs memory and a callback after each drain:
 * {@link io.anyio.spi.SendBufferPool} and {@link io.anyio.spi.LoopActionQueue}. Tasks that wait for I/O use
 * {@link io.anyio.lowlevel.SingleWaiter}.
 *
 * <p>A library that keeps context with the thread, such as a logging library, implements
 * {@link io.anyio.spi.ContextPropagator}.
 */
@NullMarked
package io.anyio.spi;

import org.jspecify.annotations.NullMarked;
