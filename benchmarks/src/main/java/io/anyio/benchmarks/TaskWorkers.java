package io.anyio.benchmarks;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;

/** Workers that are tasks of one group. */
final class TaskWorkers implements Workers {
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

    @Override
    public void letOthersRun() {
        AnyIO.checkpoint();
    }
}
