package io.anyio.benchmarks;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;

/** Workers that are tasks of one group. */
final class TaskCrew implements Crew {
    private final LoopBenchmark place;

    TaskCrew(LoopBenchmark place) {
        this.place = place;
    }

    @Override
    public void run(int workers, Worker worker) {
        if (workers == 1) {
            place.inTask(() -> worker.work(0));
            return;
        }
        place.inTask(() -> TaskGroup.run(group -> {
            for (int i = 0; i < workers; i++) {
                int number = i;
                group.startSoon(TaskOptions.DEFAULTS.withLoop(number % place.loops()), () -> worker.work(number));
            }
        }));
    }

    @Override
    public void letOthersRun() {
        AnyIO.checkpoint();
    }
}
