/**
 * Resource guards and the exceptions of streams.
 *
 * <p>Every stream and socket fails with one of three exceptions: {@link io.anyio.resource.ClosedResourceException}
 * after it was closed on this side, {@link io.anyio.resource.BrokenResourceException} when the other side or the system
 * broke it, and {@link io.anyio.resource.BusyResourceException} when two tasks use it in the same way at the same time.
 * The end of a stream in good order is {@link io.anyio.stream.EndOfStreamException}.
 *
 * <p>A class that only one task may use at a time can check this with a {@link io.anyio.resource.ResourceGuard}.
 */
@NullMarked
package io.anyio.resource;

import org.jspecify.annotations.NullMarked;
