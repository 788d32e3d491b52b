/**
 * Servers of Netty, as existing applications have them: the parts that the servers in {@code before} and {@code after}
 * share, and a chat over WebSocket.
 */
@NullMarked
package io.anyio.examples.netty;

import org.jspecify.annotations.NullMarked;
