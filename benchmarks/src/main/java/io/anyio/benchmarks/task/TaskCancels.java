package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.benchmarks.Crew;
import java.time.Duration;

/** The workloads on cancellation with our scopes. */
final class TaskCancels implements CancelShapes {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Crew crew;

    TaskCancels(Crew crew) {
        this.crew = crew;
    }

    @Override
    public void timeout(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                Timeouts.moveOnAfter(HOUR, scope -> {});
            }
        });
    }

    @Override
    public void cancelledBlock(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                CancelScope.open(scope -> {
                    scope.cancel();
                    AnyIO.sleepForever();
                });
            }
        });
    }

    @Override
    public void cancelChildren(int children, int operations) {
        crew.run(1, _ -> {
            for (int done = 0; done < operations; done += children) {
                TaskGroup.run(group -> {
                    for (int i = 0; i < children; i++) {
                        group.startSoon(() -> AnyIO.sleepForever());
                    }
                    AnyIO.checkpoint();
                    group.cancel();
                });
            }
        });
    }
}
