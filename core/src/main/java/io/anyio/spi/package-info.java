/**
 * What a backend gives to the engine: event loops, a clock, a network. For implementers of backends only.
 *
 * <p>The interface is narrow on purpose. Tasks, scopes, timers and every primitive are written once, in
 * {@code io.anyio}; a backend only says how to run something on a loop's thread, how to be called back later, and how
 * to reach the network. Nothing here uses the rest of the library.
 */
@NullMarked
package io.anyio.spi;

import org.jspecify.annotations.NullMarked;
