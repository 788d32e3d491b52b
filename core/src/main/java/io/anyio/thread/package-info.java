/**
 * Calls between event loops and other threads: worker threads for code that must not run on a loop, calls from there
 * back to the loop, and portals, through which threads outside of a run use it.
 *
 * <p>AnyIO: {@code anyio.to_thread} and {@code anyio.from_thread}.
 */
@NullMarked
package io.anyio.thread;

import org.jspecify.annotations.NullMarked;
