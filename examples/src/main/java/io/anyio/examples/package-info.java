/** Small programs that show the library at work, and the launcher that runs them. Start with {@code Tour}. */
@NullMarked
package io.anyio.examples;

import org.jspecify.annotations.NullMarked;
