package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.select.Select;
import io.anyio.stream.Listener;
import io.anyio.sync.Semaphore;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The accept loop of {@link SocketListener#serve}: accepts connections and starts a task for each. */
final class AcceptLoop {

    /** The pause after the system refuses a connection, in which other connections may end. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The time that a client has to take what was sent to it after its handler has ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketListener listener;
    private final TaskGroup group;
    private final Listener.Handler<? super SocketStream> handler;
    private final Semaphore limit;
    private final boolean endOnFailure;
    private final ServerLog log = new ServerLog();

    AcceptLoop(
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
                if (stream != null) { // the group has ended and starts no task
                    stream.abort();
                }
            }
        }
    }

    /** Waits until another connection may be served or the listener is closed; the next accept reports the latter. */
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
                .withLoop(stream.transport().loop()); // the loop where its bytes arrive
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
        } catch (Throwable failure) { // the failure of one connection does not affect the others, unless requested
            if (endOnFailure) {
                throw failure;
            }
            log.failed(peer, failure);
        }
    }

    /** Closes a connection; a client that takes nothing must not keep it open forever. */
    private static void close(SocketStream stream) {
        CancelScope patience = Timeouts.moveOnAfter(PATIENCE, () -> stream.close());
        if (patience.cancelCalled()) {
            stream.abort();
        }
    }
}
