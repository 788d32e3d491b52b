package io.anyio.task;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.TaskRef;
import io.anyio.sync.Semaphore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a task for each body or item, and returns their values as a list in the order in which the tasks started. */
final class Mapping {
    private Mapping() {}

    /** Starts the task for an item; {@code ended} is run when the task's code has ended. */
    private interface Starting<A extends @Nullable Object> {
        void start(A item, Runnable ended);
    }

    static <T extends @Nullable Object> List<T> gather(List<? extends ValueBlock<? extends T, ?>> bodies) {
        TaskRef.current("gather");
        List<TaskHandle<T>> handles = new ArrayList<>(bodies.size());
        TaskGroup.run(group -> {
            var start = new Starter<T>(group, TaskOptions.DEFAULTS);
            bodies.forEach(body -> handles.add(start.start(body, body::call)));
        });
        return values(handles);
    }

    static <A extends @Nullable Object, T extends @Nullable Object> List<T> map(
            MapOptions options, Iterable<? extends A> items, MapFunction<? super A, ? extends T> function) {
        TaskRef.current("map items");
        List<TaskHandle<T>> handles = new ArrayList<>(); // known also if the group has ended the loop early
        TaskGroup.run(group -> {
            var start = new Starter<T>(group, options.tasks());
            startAll(
                    options,
                    items,
                    (item, ended) -> handles.add(start.start(function, () -> {
                        try {
                            return function.apply(item);
                        } finally {
                            ended.run();
                        }
                    })));
        });
        return values(handles);
    }

    /** Keeps nothing of a task that has ended, so the items may be endless. */
    static <A extends @Nullable Object> void forEach(
            MapOptions options, Iterable<? extends A> items, ItemBlock<? super A> block) {
        TaskRef.current("do something for each item");
        TaskGroup.run(group -> {
            var start = new Starter<@Nullable Void>(group, options.tasks());
            startAll(
                    options,
                    items,
                    (item, ended) -> start.start(block, () -> {
                        try {
                            block.run(item);
                            return null;
                        } finally {
                            ended.run();
                        }
                    }));
        });
    }

    private static <A extends @Nullable Object> void startAll(
            MapOptions options, Iterable<? extends A> items, Starting<A> starting) {
        if (options.limit() == MapOptions.UNLIMITED) {
            for (A item : items) {
                starting.start(item, () -> {});
            }
        } else {
            startLimited(options.limit(), items, starting);
        }
    }

    /** Requests an item only when there is room for its task. */
    private static <A extends @Nullable Object> void startLimited(
            int limit, Iterable<? extends A> items, Starting<A> starting) {
        var room = Semaphore.fast(limit);
        Iterator<? extends A> source = items.iterator();
        room.acquire();
        while (source.hasNext()) {
            starting.start(source.next(), room::release);
            room.acquire();
        }
    }

    private static <T extends @Nullable Object> List<T> values(List<TaskHandle<T>> ended) {
        List<T> values = new ArrayList<>(ended.size());
        for (TaskHandle<T> handle : ended) {
            values.add(handle.returnValue());
        }
        return Collections.unmodifiableList(values);
    }
}
