package io.anyio.benchmarks;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import java.util.function.Consumer;

/** Workers that are tasks of one group. */
public final class TaskWorkers implements Workers {
    private final LoopBenchmark place;

    TaskWorkers(LoopBenchmark place) {
        this.place = place;
    }

    @Override
    public void run(int count, Body body) {
        if (count == 1) {
            place.inTask(() -> body.run(0));
            return;
        }
        place.inTask(() -> TaskGroup.run(group -> {
            for (int i = 0; i < count; i++) {
                int number = i;
                group.startSoon(TaskOptions.DEFAULTS.withLoop(number % place.loops()), () -> body.run(number));
            }
        }));
    }

    /** Runs {@code step} repeatedly in one task that has a group. */
    public void inGroup(int times, Consumer<TaskGroup> step) {
        place.inTask(() -> TaskGroup.run(group -> {
            for (int i = 0; i < times; i++) {
                step.accept(group);
            }
        }));
    }

    @Override
    public void letOthersRun() {
        AnyIO.checkpoint();
    }
}
