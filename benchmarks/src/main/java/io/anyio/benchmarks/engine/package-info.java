/** Benchmarks of tasks, compared with bare virtual threads on the same loop. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.engine;
