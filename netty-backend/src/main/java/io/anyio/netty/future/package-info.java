/** What {@code NettyFutures} is made of: a listener of a future of Netty, and a task as such a future. Not exported. */
@NullMarked
package io.anyio.netty.future;

import org.jspecify.annotations.NullMarked;
