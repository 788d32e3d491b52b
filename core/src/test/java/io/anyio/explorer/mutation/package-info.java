/**
 * The engine with other code in it: {@link io.anyio.explorer.mutation.EngineCode} inserts instructions into every
 * method, and plants a {@link io.anyio.explorer.mutation.Mutant}, a mistake that a test must find.
 */
@NullMarked
package io.anyio.explorer.mutation;

import org.jspecify.annotations.NullMarked;
