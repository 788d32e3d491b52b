package io.anyio.net;

import io.anyio.Checkpoints;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.spi.AcceptTransport;
import io.anyio.stream.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;

/**
 * A TCP port that is listened on, at one address of this machine or at several. AnyIO: {@code SocketListener}, and the
 * {@code MultiListener} of them that {@code create_tcp_listener} gives.
 *
 * <pre>{@code
 * try (var listener = Tcp.listenTcp(7007)) {
 *     listener.serve(stream -> {
 *         while (true) {
 *             stream.send(stream.receive());   // until the client has sent all it had
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>{@link #accept} and {@link #serve} are for tasks only; the rest may be called from any thread.
 */
public final class SocketListener implements Listener<SocketStream> {
    private final List<InetSocketAddress> addresses;
    private final AcceptTransport transport;
    private final ListenOptions options;
    private final ResourceGuard accepting = ResourceGuard.create("accepting from");
    private volatile boolean closed; // set by any thread

    SocketListener(List<AcceptTransport> sockets, ListenOptions options) {
        this.addresses = sockets.stream().map(AcceptTransport::localAddress).toList();
        this.transport = SeveralSockets.of(sockets);
        this.options = options;
    }

    /**
     * Waits for a connection. A checkpoint. When it is cancelled no connection is lost: the next call gets it.
     *
     * @throws ClosedResourceException when the listener was closed, before or meanwhile
     * @throws io.anyio.resource.BusyResourceException when another task is accepting
     * @throws UncheckedIOException when the system refuses, as with too many open files; the listener stays usable
     */
    public SocketStream accept() {
        Checkpoints.fast();
        try (var _ = accepting.enter()) {
            if (closed) {
                throw closedException();
            }
            return new SocketStream(transport.accept());
        } catch (IOException failure) {
            if (closed) {
                throw closedException();
            }
            if (failure instanceof ClosedChannelException) {
                throw new BrokenResourceException(this + " was closed with its event loop", failure);
            }
            throw new UncheckedIOException("Cannot accept on " + localAddress() + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * Accepts connections and runs {@code handler} for each in a task of its own, until cancelled or closed. A
     * checkpoint.
     *
     * <p>What a handler throws ends its connection only, and is logged to the {@link System.Logger}
     * {@code io.anyio.net}, as a warning with its stack; an end of stream or a broken connection, as clients cause them
     * every day, alone or in a group of failures, at level debug. When the system has no room for another connection,
     * serving goes on after a pause. The tasks run on the listener's loop, or with {@link ListenOptions#withSpread} on
     * all loops.
     *
     * <p>Cancelled, it stops to accept and cancels the connections, after the {@link ListenOptions#gracePeriod} if
     * there is one.
     *
     * @throws ClosedResourceException when the listener was closed before
     * @throws io.anyio.ExceptionGroup with a {@link ClosedResourceException}, when it is closed meanwhile; the
     *     connections are then cancelled like after a cancellation
     */
    @Override
    public void serve(Handler<? super SocketStream> handler) {
        if (closed) {
            throw closedException();
        }
        if (options.gracePeriod().isZero()) {
            TaskGroup.run(group -> serve(group, handler));
        } else {
            Draining.serve(options.gracePeriod(), connections -> serve(connections, handler));
        }
    }

    /** {@link #serve(Handler)} with the tasks in a group of the caller, whose scope cancels them; no grace period. */
    public void serve(TaskGroup group, Handler<? super SocketStream> handler) {
        new Serving(this, options, group, handler).run();
    }

    /**
     * Stops listening. A task that waits in {@link #accept} gets a {@link ClosedResourceException}; connections that
     * nobody has accepted yet are closed, accepted ones go on. Any thread; idempotent; does not wait.
     */
    @Override
    public void close() {
        closed = true;
        transport.close();
    }

    /** The first address it listens on, with the port that the system picked where 0 was asked for. */
    public InetSocketAddress localAddress() {
        return addresses.getFirst();
    }

    /** All addresses it listens on, at least one: those of the name that it was opened with. All have the same port. */
    public List<InetSocketAddress> localAddresses() {
        return addresses;
    }

    /** The port it listens on. */
    public int port() {
        return localAddress().getPort();
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException(this + " was closed on this side");
    }

    @Override
    public String toString() {
        return "SocketListener"
                + (addresses.size() == 1 ? "[" + localAddress() + "]" : addresses); // a list has its own brackets
    }
}
