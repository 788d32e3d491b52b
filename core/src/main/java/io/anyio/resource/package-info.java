/**
 * Resource guards and the exceptions of streams.
 *
 * <p>Every stream and socket fails with one of three exceptions:
 *
 * <ul>
 *   <li>{@link io.anyio.resource.ClosedResourceException}: it was closed on this side.
 *   <li>{@link io.anyio.resource.BrokenResourceException}: the other side or the system broke it.
 *   <li>{@link io.anyio.resource.BusyResourceException}: two tasks use it in the same way at the same time.
 * </ul>
 *
 * The end of a stream in good order is {@link io.anyio.stream.EndOfStreamException}:
 *
 * <pre>{@code
 * try {
 *     while (true) {
 *         handle(stream.receive());
 *     }
 * } catch (EndOfStreamException end) {
 *     // the peer has sent everything
 * } catch (BrokenResourceException lost) {
 *     // the connection was reset
 * }
 * }</pre>
 *
 * <p>A class that only one task may use at a time can check this with a {@link io.anyio.resource.ResourceGuard}.
 */
@NullMarked
package io.anyio.resource;

import org.jspecify.annotations.NullMarked;
