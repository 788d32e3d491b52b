package io.anyio.net;

import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Graceful shutdown of a server: stop accepting, then cancel the connections that are still open after a grace period.
 *
 * <p>The connections live in a group of a separate task, inside a shielded scope; the accepting task is outside of it.
 * So a cancellation reaches the accepting task immediately, and the connections only through that scope's deadline.
 */
final class GracefulShutdown {
    private GracefulShutdown() {}

    /**
     * Runs {@code accepting} with the group for its connections. However that ends, {@code stopListening} is run next,
     * and then the connections have {@code grace} to end by themselves.
     */
    static void serve(Duration grace, Consumer<TaskGroup> accepting, Runnable stopListening) {
        CancelScope connections = CancelScope.create().setShield(true);
        Deferred<TaskGroup> opened = Deferred.create();
        Event done = Event.create();
        TaskGroup.run(outer -> {
            outer.startSoon(
                    TaskOptions.named("connections"),
                    () -> connections.run(() -> TaskGroup.run(group -> {
                        opened.complete(group);
                        done.await();
                    })));
            try {
                accepting.accept(opened.join());
            } finally { // also if cancelled before the group exists: inside its shield the group waits for this
                stopListening.run();
                done.set();
                connections.setDeadline(Deadline.after(grace));
            }
        });
    }
}
