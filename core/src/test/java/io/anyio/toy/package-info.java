/**
 * A backend in less than 300 lines of code, as an example for authors of backends. The page {@code docs/backends.md}
 * explains it step by step.
 */
@NullMarked
package io.anyio.toy;

import org.jspecify.annotations.NullMarked;
