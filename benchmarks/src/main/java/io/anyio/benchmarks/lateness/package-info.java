/** How late timers, deadlines and I/O are served beside tasks that compute. */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.lateness;
