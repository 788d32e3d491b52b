/**
 * Deterministic tests: a backend whose clock is virtual and whose scheduler follows a seed, and what goes with it.
 *
 * <p>Nothing in the rest of the library uses this package.
 */
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
