/** The laws of AnyIO, chapter by chapter, each tested on every backend. */
@NullMarked
package io.anyio.testsuite.laws;

import org.jspecify.annotations.NullMarked;
