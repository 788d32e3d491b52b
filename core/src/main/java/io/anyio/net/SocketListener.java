package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.OpenResources;
import io.anyio.lowlevel.StackSpace;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.select.SelectClause;
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
 * A listener on a TCP port, at one address of this machine or at several. AnyIO: {@code SocketListener}, and the
 * {@code MultiListener} of them that {@code create_tcp_listener} returns.
 *
 * <pre>{@code
 * try (var listener = Tcp.listen(7007)) {
 *     listener.serve(stream -> {
 *         while (true) {
 *             stream.send(stream.receive());   // until the client has sent everything
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>{@link #accept} and {@link #serve} are for tasks only. All other methods may be called from any thread.
 */
public final class SocketListener implements Listener<SocketStream> {
    /** The time that closing waits for an event loop that may be ending. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<InetSocketAddress> addresses;
    private final AcceptTransport transport;
    private final ListenOptions options;
    private final ResourceGuard accepting = ResourceGuard.create("accepting from");
    private final Event closing = Event.create();
    private final OpenResources.@Nullable Entry open = OpenResources.opened("SocketListener");

    SocketListener(List<AcceptTransport> sockets, ListenOptions options) {
        this.addresses = sockets.stream()
                .map(socket -> (InetSocketAddress) socket.localAddress()) // as in Tcp.listen
                .toList();
        this.transport = MultiListener.of(sockets);
        this.options = options;
    }

    /**
     * Waits for a connection and returns it. A checkpoint. Cancelling it loses no connection: the next call gets it.
     *
     * @throws ClosedResourceException when the listener was closed, before or during the call
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
     * checkpoint. The tasks run on the listener's loop or, with {@link ListenOptions#withSpread}, on all loops.
     *
     * <p>An exception of a handler ends its connection only, and is logged to the {@link System.Logger}
     * {@code io.anyio.net} as a warning with its stack trace. An end of stream or a broken connection, which clients
     * cause in normal operation, is logged at level debug, alone or in a group of failures. With
     * {@link ListenOptions#withEndOnFailure} the exception ends serving instead. If the system has no room for another
     * connection, serving continues after a pause.
     *
     * <p>A connection is closed when its handler has ended. If its client does not take what was sent to it, the
     * connection is reset after a few more seconds.
     *
     * <p>When cancelled, it stops accepting and cancels the connections. With a {@link ListenOptions#gracePeriod} it
     * closes the listener, so that new clients are refused, and cancels the connections still open after the period.
     *
     * @throws ClosedResourceException when the listener was closed before the call
     * @throws io.anyio.ExceptionGroup with a {@link ClosedResourceException}, when the listener is closed during the
     *     call; the connections are then cancelled as by a cancellation. With {@link ListenOptions#withEndOnFailure},
     *     with the exception of a handler, in one more group if there is a grace period
     * @throws io.anyio.ErrorGroup the same, when an {@link Error} is among the exceptions
     */
    @Override
    public void serve(Handler<? super SocketStream> handler) {
        if (closing.isSet()) {
            throw closedException();
        }
        if (options.gracePeriod().isZero()) {
            TaskGroup.run(group -> serve(group, handler));
        } else {
            GracefulShutdown.serve(
                    options.gracePeriod(), connections -> serve(connections, handler), this::stopListening);
        }
    }

    /**
     * Serves as {@link #serve(Handler)}, with the tasks in a group of the caller, whose scope cancels them. There is no
     * grace period. With {@link ListenOptions#withEndOnFailure} a handler that throws fails the group.
     */
    public void serve(TaskGroup group, Handler<? super SocketStream> handler) {
        new AcceptLoop(this, options, group, handler).run();
    }

    /**
     * Stops listening. Tasks that wait in {@link #accept} or {@link #serve} get a {@link ClosedResourceException}.
     * Connections that were not accepted yet are closed; accepted ones stay open. Never throws, except for a
     * {@link StackOverflowError} before it has done anything. Idempotent. May be called from any thread.
     *
     * <p>A task that calls this waits until the port can be listened on again. It does not wait in a cancelled scope or
     * once it is cancelled, nor does any other thread.
     */
    @Override
    public void close() {
        stopListening();
        if (AnyIO.currentBackend().isEmpty()) {
            return;
        }
        try {
            Timeouts.moveOnAfter(PATIENCE, () -> transport.awaitClosed());
        } catch (Cancelled thrownAgainAtTheNextCheckpoint) {
            // closing continues without this task
        }
    }

    private void stopListening() {
        StackSpace.require(); // a later call would find it closed
        closing.set();
        if (open != null) {
            open.close();
        }
        transport.close();
    }

    /** Returns a clause of a select that is selected when this listener is closed. */
    SelectClause<@Nullable Void> onClose() {
        return closing.onSet();
    }

    /** Returns the first address it listens on, with the port that the system picked if 0 was requested. */
    public InetSocketAddress localAddress() {
        return addresses.getFirst();
    }

    /** Returns all addresses it listens on, at least one: those of the name it was opened with. All have one port. */
    public List<InetSocketAddress> localAddresses() {
        return addresses;
    }

    /** Returns the port it listens on. */
    public int port() {
        return localAddress().getPort();
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException(this + " was closed on this side");
    }

    @Override
    public String toString() {
        return "SocketListener"
                + (addresses.size() == 1 ? "[" + localAddress() + "]" : addresses); // a list prints its own brackets
    }
}
