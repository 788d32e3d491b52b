package io.anyio.net;

import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Serving that ends in two steps: no more connections, then, when a grace period is over, no connection any more.
 *
 * <p>The connections live in a group of a task of their own, behind a shield; the accepting task stands outside of it,
 * so that a cancellation reaches accepting at once and the connections only through the shielded scope's deadline.
 */
final class Draining {
    private Draining() {}

    static void serve(Duration grace, Consumer<TaskGroup> accepting) {
        CancelScope connections = CancelScope.create().shield(true);
        Event done = Event.create();
        TaskGroup.run(outer -> {
            TaskGroup inner = outer.start(
                    "connections",
                    status -> connections.run(() -> TaskGroup.run(group -> {
                        status.started(group);
                        done.await();
                    })));
            try {
                accepting.accept(inner);
            } finally {
                done.set();
                connections.deadline(Deadline.after(grace));
            }
        });
    }
}
