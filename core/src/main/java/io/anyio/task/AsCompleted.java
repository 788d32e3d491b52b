package io.anyio.task;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.TaskRef;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemorySendStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent work whose results are processed in the order in which the tasks end. AnyIO: {@code as_completed}.
 *
 * <pre>{@code
 * Tasks.asCompleted(() -> ask("a"), () -> ask("b")).run(ended -> {
 *     for (TaskHandle<Answer> task : ended) {
 *         System.out.println(task.returnValue());
 *     }
 * });
 * }</pre>
 *
 * <p>Within the block the stream returns the handle of each task when the task has ended, and ends after the last one.
 * Leaving the block early, by return or by a failure, cancels the tasks that have not ended. A task that fails cancels
 * the other tasks and the block, whether or not the block has received its handle; the failure is thrown in a group.
 *
 * <p>May be run more than once; each run starts the work anew. {@link #run} and {@link #call} are for tasks only.
 *
 * @param <T> the type of the tasks' values
 */
public final class AsCompleted<T extends @Nullable Object> {
    private final List<ValueBlock<? extends T, ?>> bodies;

    AsCompleted(List<ValueBlock<? extends T, ?>> bodies) {
        this.bodies = bodies;
    }

    /**
     * Starts all tasks, runs {@code block}, cancels the tasks still running then, and waits for them. A checkpoint.
     *
     * @throws io.anyio.ExceptionGroup with the exceptions of the block and the tasks
     * @throws io.anyio.ErrorGroup the same, when an {@link Error} is among them
     */
    public void run(CompletedBlock<T> block) {
        Objects.requireNonNull(block, "block");
        this.<@Nullable Void>call(ended -> {
            block.run(ended);
            return null;
        });
    }

    /** Runs a {@code block} that returns a value; see {@link #run}. A checkpoint. */
    public <R extends @Nullable Object> R call(CompletedValueBlock<T, R> block) {
        Objects.requireNonNull(block, "block");
        TaskRef.current("look at tasks as they end");
        var ends = MemoryObjectStream.<Integer>create(bodies.size()); // room for all, so no task waits to report
        try (var receiver = ends.receiver()) {
            return TaskGroup.call(group -> {
                var start = new Starter<T>(group, TaskOptions.DEFAULTS);
                List<TaskHandle<T>> handles = new ArrayList<>(bodies.size());
                try (var sender = ends.sender()) {
                    for (ValueBlock<? extends T, ?> body : bodies) {
                        int number = handles.size();
                        MemorySendStream<Integer> own = sender.copy();
                        handles.add(start.start(body, () -> reporting(body, number, own)));
                    }
                }
                try {
                    return block.call(new CompletedTaskStream<>(receiver, List.copyOf(handles)));
                } finally {
                    group.cancel("the block of asCompleted was left");
                }
            });
        }
    }

    private static <T extends @Nullable Object> T reporting(
            ValueBlock<? extends T, ?> body, int number, MemorySendStream<Integer> send) throws Exception {
        try (send) {
            try {
                return body.call();
            } finally {
                report(number, send);
            }
        }
    }

    private static void report(int number, MemorySendStream<Integer> send) {
        try {
            send.sendNow(number);
        } catch (BrokenResourceException streamClosed) {
            // the block has closed the stream
        }
    }
}
