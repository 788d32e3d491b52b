/** Tasks, timers and TCP on Netty's event loops. */
@NullMarked
package io.anyio.netty;

import org.jspecify.annotations.NullMarked;
