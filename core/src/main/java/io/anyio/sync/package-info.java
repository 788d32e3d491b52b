/** What tasks meet at: events, and the other primitives that wait in a {@link io.anyio.WaitQueue}. */
@NullMarked
package io.anyio.sync;

import org.jspecify.annotations.NullMarked;
