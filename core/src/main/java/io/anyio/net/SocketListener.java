package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Checkpoints;
import io.anyio.SelectClause;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.spi.AcceptTransport;
import io.anyio.stream.Listener;
import io.anyio.sync.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    /** How long closing waits for an event loop that may be ending. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<InetSocketAddress> addresses;
    private final AcceptTransport transport;
    private final ListenOptions options;
    private final ResourceGuard accepting = ResourceGuard.create("accepting from");
    private final Event closing = Event.create();

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
        try (var _ = accepting.enter()) {
            Checkpoints.fast("accept a connection");
            if (closing.isSet()) {
                throw closedException();
            }
            return new SocketStream(transport.accept());
        } catch (IOException failure) {
            if (closing.isSet()) {
                throw closedException();
            }
            if (failure instanceof ClosedChannelException) {
                throw new BrokenResourceException(this + " was closed with its event loop", failure);
            }
            throw new UncheckedIOException("Cannot accept on " + localAddress() + ": " + Reason.of(failure), failure);
        }
    }

    /**
     * Accepts connections and runs {@code handler} for each in a task of its own, until cancelled or closed. A
     * checkpoint.
     *
     * <p>What a handler throws ends its connection only, and is logged to the {@link System.Logger}
     * {@code io.anyio.net}, as a warning with its stack; an end of stream or a broken connection, as clients cause them
     * every day, alone or in a group of failures, at level debug. With {@link ListenOptions#withEndOnFailure} it ends
     * serving instead. When the system has no room for another connection, serving goes on after a pause. The tasks run
     * on the listener's loop, or with {@link ListenOptions#withSpread} on all loops.
     *
     * <p>A connection is closed when its handler has ended. A client that does not take what was sent to it keeps its
     * place for a few more seconds, then the connection is reset.
     *
     * <p>Cancelled, it stops accepting and cancels the connections. With a {@link ListenOptions#gracePeriod} it closes
     * the listener, so that new clients are refused, and cancels the connections that are left when the period is over.
     *
     * @throws ClosedResourceException when the listener was closed before
     * @throws io.anyio.ExceptionGroup with a {@link ClosedResourceException}, when it is closed meanwhile; the
     *     connections are then cancelled like after a cancellation. With what a handler has thrown, in a group once
     *     more if there is a grace period, with {@link ListenOptions#withEndOnFailure}; an {@link io.anyio.ErrorGroup}
     *     for an {@link Error}
     */
    @Override
    public void serve(Handler<? super SocketStream> handler) {
        if (closing.isSet()) {
            throw closedException();
        }
        if (options.gracePeriod().isZero()) {
            TaskGroup.run(group -> serve(group, handler));
        } else {
            Draining.serve(options.gracePeriod(), connections -> serve(connections, handler), this::stopListening);
        }
    }

    /**
     * {@link #serve(Handler)} with the tasks in a group of the caller, whose scope cancels them; no grace period. With
     * {@link ListenOptions#withEndOnFailure} a handler that throws fails the group.
     */
    public void serve(TaskGroup group, Handler<? super SocketStream> handler) {
        new Serving(this, options, group, handler).run();
    }

    /**
     * Stops listening. Tasks that wait in {@link #accept} or {@link #serve} get a {@link ClosedResourceException};
     * connections that nobody has accepted yet are closed, accepted ones go on. Any thread; idempotent; never throws.
     *
     * <p>Called by a task it waits until the port can be listened on again. In a cancelled scope, when cancelled
     * meanwhile, and outside of a task it does not wait.
     */
    @Override
    public void close() {
        stopListening();
        if (AnyIO.currentBackend().isEmpty()) {
            return;
        }
        try {
            CancelScope.moveOnAfter(PATIENCE, () -> transport.awaitClosed());
        } catch (Cancelled toldAgainAtTheNextCheckpoint) {
            // closing goes on without this task
        }
    }

    private void stopListening() {
        closing.set();
        transport.close();
    }

    /** For a select that also waits for something else. */
    SelectClause<@Nullable Void> onClose() {
        return closing.onSet();
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
