/**
 * Bridges between tasks and the asynchronous types of the JDK: a task as a
 * {@link java.util.concurrent.CompletableFuture}, a task group as an {@link java.util.concurrent.Executor} or a
 * {@link java.util.concurrent.ThreadFactory}, and object streams from and to {@link java.util.concurrent.Flow}.
 *
 * <pre>{@code
 * CompletableFuture<Page> page = TaskFutures.toCompletableFuture(group.startSoon(() -> fetch("a")));
 * Executor executor = GroupExecutors.executor(group);
 * Flow.Publisher<Line> lines = FlowStreams.publisher(group, receiver);
 * }</pre>
 *
 * <p>The other way, a task that waits for a future, is {@link io.anyio.AnyIO#await}.
 */
@NullMarked
package io.anyio.future;

import org.jspecify.annotations.NullMarked;
