/** What do handles of tasks, scopes and cancellation cost? */
@org.jspecify.annotations.NullMarked
package io.anyio.benchmarks.task;
