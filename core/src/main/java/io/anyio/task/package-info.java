/**
 * Concurrent work without an explicit task group: run several pieces of code and wait for all of them, for each as it
 * ends, or for the first that succeeds. AnyIO: {@code gather}, {@code amap}, {@code as_completed}.
 *
 * <p>Begin with {@link io.anyio.task.Tasks}, which has all the methods:
 *
 * <pre>{@code
 * List<Page> both = Tasks.gather(() -> fetch("a"), () -> fetch("b"));
 * List<Page> pages = Tasks.map(urls, url -> fetch(url));
 * Page fastest = Tasks.race(() -> fetch("mirror 1"), () -> fetch("mirror 2"));
 * }</pre>
 *
 * <p>Each method opens a {@link io.anyio.TaskGroup} and ends when all its tasks have ended, so nothing is left running.
 * Failures are thrown as a {@link io.anyio.FailureGroup}. To start tasks one by one, use a {@code TaskGroup} directly.
 */
@NullMarked
package io.anyio.task;

import org.jspecify.annotations.NullMarked;
