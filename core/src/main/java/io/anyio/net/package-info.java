/** TCP: connecting, listening, and the streams that come of it, the same on every backend. */
@NullMarked
package io.anyio.net;

import org.jspecify.annotations.NullMarked;
