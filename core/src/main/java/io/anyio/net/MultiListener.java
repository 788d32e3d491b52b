package io.anyio.net;

import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Combines several listening sockets into one.
 *
 * <p>Each round of accepting starts a task for each socket, and ends when one of them has a result. If two have one, or
 * the round is cancelled at the same time, the remaining results are kept for the next call.
 */
final class MultiListener implements AcceptTransport {
    private final List<AcceptTransport> sockets;
    private final Queue<ByteTransport> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<IOException> refused = new ConcurrentLinkedQueue<>();
    private volatile boolean closed; // set once, by any thread

    private MultiListener(List<AcceptTransport> sockets) {
        this.sockets = sockets;
    }

    /** Returns one socket for all of {@code sockets}; a single socket is returned unchanged. */
    static AcceptTransport of(List<AcceptTransport> sockets) {
        return sockets.size() == 1 ? sockets.getFirst() : new MultiListener(sockets);
    }

    @Override
    public ByteTransport accept() throws IOException {
        while (true) {
            ByteTransport connection = accepted.poll();
            if (connection != null) {
                return connection;
            }
            IOException failure = refused.poll();
            if (failure != null) {
                throw failure;
            }
            acceptOnAll();
        }
    }

    private void acceptOnAll() {
        TaskGroup.run(group -> {
            for (AcceptTransport socket : sockets) {
                group.startSoon(TaskOptions.named("accept on " + socket.localAddress()), () -> {
                    acceptOn(socket);
                    group.cancel();
                });
            }
        });
    }

    private void acceptOn(AcceptTransport socket) {
        try {
            accepted.add(socket.accept());
            if (closed) {
                dropAccepted();
            }
        } catch (IOException failure) {
            refused.add(failure);
        }
    }

    @Override
    public SocketAddress localAddress() {
        return sockets.getFirst().localAddress();
    }

    @Override
    public void close() {
        closed = true;
        sockets.forEach(AcceptTransport::close);
        dropAccepted();
    }

    @Override
    public void awaitClosed() {
        sockets.forEach(AcceptTransport::awaitClosed);
    }

    private void dropAccepted() {
        for (ByteTransport next = accepted.poll(); next != null; next = accepted.poll()) {
            next.abort();
        }
    }
}
