package io.anyio.benchmarks.sync;

import io.anyio.Block;
import io.anyio.benchmarks.Workers;

/**
 * The workloads of mutual exclusion for tasks and for bare threads.
 *
 * @param free is entered where no other worker is
 * @param freeWithYield is entered there, and lets others run
 * @param queued is entered while others are inside
 */
record BlockingExclusionWorkload(Workers workers, Exclusion free, Exclusion freeWithYield, Exclusion queued)
        implements ExclusionWorkload {

    /** A mutual exclusion: one worker at a time is inside. {@code enter} waits if necessary. */
    record Exclusion(Block<?> enter, Runnable leave) {

        /** Returns the same exclusion, but with a yield to the other workers before each entry. */
        Exclusion withYield(Workers workers) {
            return new Exclusion(
                    () -> {
                        workers.letOthersRun();
                        enter.run();
                    },
                    leave);
        }
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
        workers.repeat(operations, () -> {
            exclusion.enter.run();
            exclusion.leave.run();
        });
    }

    @Override
    public void contended(int count, int operations) {
        workers.run(count, _ -> {
            for (int i = 0; i < operations / count; i++) {
                queued.enter.run();
                workers.letOthersRun();
                queued.leave.run();
            }
        });
    }
}
