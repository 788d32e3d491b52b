/**
 * What never waits, under the model checker Lincheck: every interleaving it tries must look like some order of calls.
 */
@NullMarked
package io.anyio.race;

import org.jspecify.annotations.NullMarked;
