package io.anyio.explorer.interleave.program;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import java.time.Duration;

/** A run on the simulation, with the engine instrumented for the explorer. */
public final class StandaloneRun implements Runnable {
    private Duration took = Duration.ZERO;

    /** For the loader. */
    public StandaloneRun() {}

    @Override
    public void run() {
        Simulation.DEFAULTS.run(() -> {
            Deadline begin = AnyIO.currentTime();
            var event = Event.create();
            TaskGroup.run(group -> {
                group.startSoon(event::await);
                AnyIO.sleep(Duration.ofSeconds(10));
                event.set();
            });
            took = AnyIO.currentTime().since(begin);
        });
    }

    @Override
    public String toString() {
        return took.toNanos() + " ns";
    }
}
