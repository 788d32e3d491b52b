/** Benchmarks of calls between event loops and other threads. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.thread;
