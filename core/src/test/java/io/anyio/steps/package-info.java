/** Costs that must not grow faster than what they are for, proved by counting calls instead of measuring time. */
@NullMarked
package io.anyio.steps;

import org.jspecify.annotations.NullMarked;
