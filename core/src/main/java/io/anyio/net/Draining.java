package io.anyio.net;

import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.sync.Deferred;
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

    /**
     * Runs {@code accepting} with the group for its connections. However it ends, {@code stopListening} comes next, and
     * then the connections have {@code grace} to end by themselves.
     */
    static void serve(Duration grace, Consumer<TaskGroup> accepting, Runnable stopListening) {
        CancelScope connections = CancelScope.create().shield(true);
        Deferred<TaskGroup> opened = Deferred.create();
        Event done = Event.create();
        TaskGroup.run(outer -> {
            outer.startSoon(
                    "connections",
                    () -> connections.run(() -> TaskGroup.run(group -> {
                        opened.complete(group);
                        done.await();
                    })));
            try {
                accepting.accept(opened.join());
            } finally { // also when cancelled before there was a group: behind its shield it waits for this
                stopListening.run();
                done.set();
                connections.deadline(Deadline.after(grace));
            }
        });
    }
}
