/** Worker threads outside of the event loops, for code that must not run on a loop. Not exported yet. */
@NullMarked
package io.anyio.thread;

import org.jspecify.annotations.NullMarked;
