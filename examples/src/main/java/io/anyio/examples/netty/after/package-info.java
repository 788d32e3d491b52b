/** The same server; its business code runs in tasks. */
@NullMarked
package io.anyio.examples.netty.after;

import org.jspecify.annotations.NullMarked;
