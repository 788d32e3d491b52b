package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.stream.Listener;
import io.anyio.thread.FairLimit;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The loop behind {@link SocketListener#serve}: accepts, and starts a task for each connection. */
final class Serving {

    /** How long accepting rests when the system refuses; time for some connection to end. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final SocketListener listener;
    private final TaskGroup group;
    private final Listener.Handler<? super SocketStream> handler;
    private final FairLimit limit;
    private final ServingLog log = new ServingLog();

    Serving(
            SocketListener listener,
            ListenOptions options,
            TaskGroup group,
            Listener.Handler<? super SocketStream> handler) {
        this.listener = listener;
        this.group = group;
        this.handler = handler;
        this.limit = FairLimit.of(options.connectionLimit());
    }

    /** Serves until accepting throws. */
    void run() {
        while (true) {
            limit.acquire("serve another connection");
            SocketStream stream = null;
            try {
                stream = accept();
                start(stream);
                stream = null;
            } finally {
                if (stream != null) { // the group has ended
                    stream.abort();
                }
            }
        }
    }

    private SocketStream accept() {
        while (true) {
            try {
                return listener.accept();
            } catch (UncheckedIOException refused) {
                log.refused(refused.getMessage(), PAUSE);
                AnyIO.sleep(PAUSE);
            }
        }
    }

    private void start(SocketStream stream) {
        InetSocketAddress peer = stream.remoteAddress();
        TaskOptions options = TaskOptions.DEFAULTS
                .withName("connection from " + peer)
                .withLoop(stream.transport().loop()); // where its bytes arrive
        group.startSoon(options, () -> {
            try (stream) {
                handler.handle(stream);
            } catch (Cancelled c) {
                throw c;
            } catch (Throwable failure) { // one connection's failure is nobody else's
                log.failed(peer, failure);
            } finally {
                limit.release();
            }
        });
    }
}
