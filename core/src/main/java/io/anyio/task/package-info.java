/**
 * Several pieces of work at once, without a task group in sight: all of them, one for each item, as they end, or the
 * first that succeeds. AnyIO: {@code gather}, {@code amap}, {@code as_completed}.
 *
 * <p>{@link io.anyio.task.Tasks} is the way in. Each of its verbs opens a {@link io.anyio.TaskGroup} and ends when all
 * the tasks in it have ended, so nothing is left running, and failures leave as a {@link io.anyio.FailureGroup}.
 */
@NullMarked
package io.anyio.task;

import org.jspecify.annotations.NullMarked;
