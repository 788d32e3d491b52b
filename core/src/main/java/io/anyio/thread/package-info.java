/** Threads beside the event loops, for what must not run on a loop. Not exported yet. */
@NullMarked
package io.anyio.thread;

import org.jspecify.annotations.NullMarked;
