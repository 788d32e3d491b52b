/**
 * Access to the JDK internals behind virtual threads with a custom scheduler, for {@code VirtualThreads}. Not exported.
 */
@NullMarked
package io.anyio.loom;

import org.jspecify.annotations.NullMarked;
