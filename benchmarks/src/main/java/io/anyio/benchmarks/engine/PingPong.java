package io.anyio.benchmarks.engine;

import io.anyio.Suspension;
import org.jspecify.annotations.Nullable;

/** Two tasks of one loop that wake each other and park, in turn. */
final class PingPong {
    private final int rounds;
    private @Nullable Suspension waiting; // of the task that has moved last; the two never run at the same time

    PingPong(int rounds) {
        this.rounds = rounds;
    }

    /** One side. */
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
            waiting.resume(); // the other one's last wait; the second to come here finds it resumed
        }
    }
}
