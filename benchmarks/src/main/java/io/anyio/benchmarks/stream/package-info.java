/** Benchmarks of passing items through a memory object stream. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.stream;
