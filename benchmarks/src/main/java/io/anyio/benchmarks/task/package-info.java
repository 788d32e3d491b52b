/** Benchmarks of task handles, scopes and cancellation. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.task;
