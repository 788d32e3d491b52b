/** Measurements of how late timers, deadlines and I/O are served while tasks compute. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.lateness;
