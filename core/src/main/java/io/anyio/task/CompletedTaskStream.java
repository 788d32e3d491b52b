package io.anyio.task;

import io.anyio.CancelScope;
import io.anyio.TaskHandle;
import io.anyio.lowlevel.StackSpace;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.ObjectReceiveStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream of handles of tasks that have ended, made from the numbers that the tasks report. */
final class CompletedTaskStream<T extends @Nullable Object> implements ObjectReceiveStream<TaskHandle<T>> {
    private final MemoryReceiveStream<Integer> numbers;
    private final List<TaskHandle<T>> handles;

    CompletedTaskStream(MemoryReceiveStream<Integer> numbers, List<TaskHandle<T>> handles) {
        this.numbers = numbers;
        this.handles = handles;
    }

    @Override
    public TaskHandle<T> receive() {
        StackSpace.require(); // a task that is taken must reach the caller
        TaskHandle<T> handle = handles.get(numbers.receive());
        if (!hasEnded(handle)) {
            CancelScope.shielded(handle::await); // the code has ended, and the rest of the task never waits
        }
        return handle;
    }

    private static boolean hasEnded(TaskHandle<?> handle) {
        return switch (handle.status()) {
            case PENDING, CANCELLING -> false;
            case FINISHED, CANCELLED, FAILED -> true;
        };
    }

    @Override
    public void close() {
        numbers.close();
    }

    @Override
    public String toString() {
        return "CompletedTaskStream[of " + handles.size() + "]";
    }
}
