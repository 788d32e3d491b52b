/**
 * The JDK internals behind virtual threads with a scheduler of our own. Not exported; everything else asks
 * {@code VirtualThreads}.
 */
@NullMarked
package io.anyio.loom;

import org.jspecify.annotations.NullMarked;
