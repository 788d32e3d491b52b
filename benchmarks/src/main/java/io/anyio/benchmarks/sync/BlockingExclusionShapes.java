package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Crew;

/** The workloads on locks and the like for tasks and for bare threads. */
final class BlockingExclusionShapes implements ExclusionShapes {
    private final Crew crew;
    private final Exclusion free;
    private final Exclusion freeWithYield;
    private final Exclusion queued;

    /** Creates the workloads with three ways to enter: when it is free, with a yield, and when others wait. */
    BlockingExclusionShapes(Crew crew, Exclusion free, Exclusion freeWithYield, Exclusion queued) {
        this.crew = crew;
        this.free = free;
        this.freeWithYield = freeWithYield;
        this.queued = queued;
    }

    @Override
    public void uncontended(int operations) {
        alone(free, operations);
    }

    @Override
    public void uncontendedWithYield(int operations) {
        alone(freeWithYield, operations);
    }

    private void alone(Exclusion exclusion, int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                exclusion.enter().run();
                exclusion.leave().run();
            }
        });
    }

    @Override
    public void contended(int workers, int operations) {
        crew.run(workers, _ -> {
            for (int i = 0; i < operations / workers; i++) {
                queued.enter().run();
                crew.letOthersRun();
                queued.leave().run();
            }
        });
    }
}
