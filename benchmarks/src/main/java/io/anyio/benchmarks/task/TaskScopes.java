package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.benchmarks.Crew;

/** The workloads on scopes with our scopes. */
final class TaskScopes implements ScopeShapes {
    private final Crew crew;

    TaskScopes(Crew crew) {
        this.crew = crew;
    }

    @Override
    public void open(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                CancelScope.open(scope -> {});
            }
        });
    }

    @Override
    public void nested(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                CancelScope.open(
                        outer -> CancelScope.open(middle -> CancelScope.open(inner -> AnyIO.checkpointIfCancelled())));
            }
        });
    }

    @Override
    public void shielded(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                CancelScope.shielded(() -> {});
            }
        });
    }
}
