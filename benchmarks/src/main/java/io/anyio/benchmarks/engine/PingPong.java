package io.anyio.benchmarks.engine;

import io.anyio.Suspension;
import org.jspecify.annotations.Nullable;

/** Two tasks of one loop that alternately wake each other and park. */
final class PingPong {
    private final int rounds;
    private @Nullable Suspension waiting; // of the task that has run last; the two never run at the same time

    PingPong(int rounds) {
        this.rounds = rounds;
    }

    /** Runs one side. */
    void play() {
        for (int i = 0; i < rounds; i++) {
            Suspension other = waiting;
            var mine = Suspension.create("ping-pong");
            waiting = mine;
            if (other != null) {
                other.resume();
            }
            mine.await();
        }
        if (waiting != null) {
            waiting.resume(); // the other side's last wait; the second side finds it resumed
        }
    }
}
