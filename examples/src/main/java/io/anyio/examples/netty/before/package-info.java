/** A server of Netty whose business handler works with callbacks. */
@NullMarked
package io.anyio.examples.netty.before;

import org.jspecify.annotations.NullMarked;
