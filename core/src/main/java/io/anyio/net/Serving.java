package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Select;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.WouldBlockException;
import io.anyio.stream.Listener;
import io.anyio.sync.Semaphore;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The loop behind {@link SocketListener#serve}: accepts, and starts a task for each connection. */
final class Serving {

    /** How long accepting rests when the system refuses; time for some connection to end. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** How long a client has, when its handler has ended, to take what was sent to it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketListener listener;
    private final TaskGroup group;
    private final Listener.Handler<? super SocketStream> handler;
    private final Semaphore limit;
    private final boolean endOnFailure;
    private final ServingLog log = new ServingLog();

    Serving(
            SocketListener listener,
            ListenOptions options,
            TaskGroup group,
            Listener.Handler<? super SocketStream> handler) {
        this.listener = listener;
        this.group = group;
        this.handler = handler;
        this.limit = Semaphore.fast(options.connectionLimit());
        this.endOnFailure = options.endOnFailure();
    }

    /** Serves until accepting throws. */
    void run() {
        while (true) {
            awaitRoom();
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

    /** Waits until another connection may be served, or the listener is closed, which accepting will tell. */
    private void awaitRoom() {
        try {
            limit.acquireNow();
        } catch (WouldBlockException full) {
            Select.first(listener.onClose(), limit.onAcquire());
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
            try {
                handle(stream, peer);
            } finally {
                close(stream);
                limit.release();
            }
        });
    }

    private void handle(SocketStream stream, InetSocketAddress peer) throws Exception {
        try {
            handler.handle(stream);
        } catch (Cancelled c) {
            throw c;
        } catch (Throwable failure) { // one connection's failure does not concern the others, unless asked for
            if (endOnFailure) {
                throw failure;
            }
            log.failed(peer, failure);
        }
    }

    /** A client that takes nothing must not keep its place for ever. */
    private static void close(SocketStream stream) {
        CancelScope patience = CancelScope.moveOnAfter(PATIENCE, () -> stream.close());
        if (patience.cancelCalled()) {
            stream.abort();
        }
    }
}
