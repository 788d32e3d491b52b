package io.anyio.task;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.TaskRef;
import io.anyio.sync.Semaphore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks whose values are given back as a list, in the order in which the tasks were started. */
final class Mapping {
    private Mapping() {}

    /** What starts the tasks. */
    interface Starting<T extends @Nullable Object> {
        void run(Starter<T> start) throws Exception;
    }

    /**
     * The values of the tasks that {@code starting} starts in a group of their own, when all have ended.
     *
     * @param what what is to be done, for the message
     */
    static <T extends @Nullable Object> List<T> values(String what, TaskOptions options, Starting<T> starting) {
        TaskRef.current(what);
        List<TaskHandle<T>> ended = new ArrayList<>(); // known also when the group has cut `starting` off
        TaskGroup.run(group -> starting.run(new Starter<>(group, options, ended)));
        List<T> values = new ArrayList<>(ended.size());
        for (TaskHandle<T> handle : ended) {
            values.add(handle.returnValue());
        }
        return Collections.unmodifiableList(values);
    }

    static <A extends @Nullable Object, T extends @Nullable Object> List<T> map(
            MapOptions options, Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        return values("map items", options.tasks(), start -> {
            if (options.limit().isEmpty()) {
                for (A item : items) {
                    start.start(function, () -> function.apply(item));
                }
            } else {
                startLimited(start, options.limit().getAsInt(), items, function);
            }
        });
    }

    /** Asks for an item when there is room for its task, no earlier. */
    private static <A extends @Nullable Object, T extends @Nullable Object> void startLimited(
            Starter<T> start, int limit, Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        var room = Semaphore.fast(limit);
        Iterator<? extends A> source = items.iterator();
        room.acquire();
        while (source.hasNext()) {
            A item = source.next();
            start.start(function, () -> {
                try {
                    return function.apply(item);
                } finally {
                    room.release();
                }
            });
            room.acquire();
        }
    }
}
