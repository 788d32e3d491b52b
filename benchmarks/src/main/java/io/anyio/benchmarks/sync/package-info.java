/** Benchmarks of locks, limiters and signals: without waiters, with many waiters, and as a hand-over. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.sync;
