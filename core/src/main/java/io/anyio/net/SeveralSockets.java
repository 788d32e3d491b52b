package io.anyio.net;

import io.anyio.TaskGroup;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Several listening sockets with the face of one.
 *
 * <p>Each round of accepting has a task for each socket, and is over when one of them has something. When two have, or
 * when the round is cancelled meanwhile, the rest waits for the next call.
 */
final class SeveralSockets implements AcceptTransport {
    private final List<AcceptTransport> sockets;
    private final Queue<ByteTransport> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<IOException> refused = new ConcurrentLinkedQueue<>();
    private volatile boolean closed; // set once by any thread

    private SeveralSockets(List<AcceptTransport> sockets) {
        this.sockets = sockets;
    }

    /** The socket itself when it is the only one. */
    static AcceptTransport of(List<AcceptTransport> sockets) {
        return sockets.size() == 1 ? sockets.getFirst() : new SeveralSockets(sockets);
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
                group.startSoon("accept on " + socket.localAddress(), () -> {
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
    public InetSocketAddress localAddress() {
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
