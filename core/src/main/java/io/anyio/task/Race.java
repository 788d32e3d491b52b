package io.anyio.task;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.TaskRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One race: records the first value and the failures. */
final class Race<T extends @Nullable Object> {
    private record First<T extends @Nullable Object>(T value) {}

    private final AtomicReference<@Nullable First<T>> first = new AtomicReference<>(); // written by the first winner
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>(); // added by the task of any body

    T run(Collection<? extends ValueBlock<? extends T, ?>> bodies) {
        TaskRef.current("race");
        boolean cancelledBefore = AnyIO.currentTask().hasPendingCancellation();
        List<TaskHandle<@Nullable Void>> runners = new ArrayList<>();
        try {
            TaskGroup.run(group -> {
                var start = new Starter<@Nullable Void>(group, TaskOptions.DEFAULTS);
                for (ValueBlock<? extends T, ?> body : bodies) {
                    runners.add(start.start(body, () -> runner(group, body)));
                }
            });
        } catch (Cancelled cancelled) {
            if (first.get() == null) {
                failures.forEach(cancelled::addSuppressed);
                throw cancelled;
            }
        }
        First<T> won = first.get();
        if (won != null) {
            if (cancelledBefore) { // no body has passed a checkpoint, except behind a shield
                Checkpoints.ifCancelled("race");
            }
            return won.value(); // also if cancelled since; the next checkpoint reports that
        }
        if (failures.size() < runners.size()) {
            runners.forEach(TaskHandle::returnValue); // one threw a cancellation of another scope: report which
        }
        throw new ExceptionGroup("all tasks of the race failed", List.copyOf(failures));
    }

    private @Nullable Void runner(TaskGroup group, ValueBlock<? extends T, ?> body) {
        try {
            T value = body.call();
            if (first.compareAndSet(null, new First<>(value))) {
                group.cancel("another task has won the race");
            }
        } catch (Exception out) { // every exception removes its body from the race
            failures.add(out);
        }
        return null;
    }
}
