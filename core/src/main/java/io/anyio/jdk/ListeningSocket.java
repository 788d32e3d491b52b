package io.anyio.jdk;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.SingleWaiter;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.LoopAction;
import io.anyio.spi.OneFamily;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket. The accepting task takes connections from the system itself, so none can be lost when it is
 * cancelled; the loop only reports that there are some.
 */
final class ListeningSocket
        implements AcceptTransport, LoopAction.Handler, SelectorLoop.Registered, OpenSockets.OpenSocket {
    private final JdkNetwork network;
    private final ServerSocketChannel channel;
    private final JdkLoopDriver home;
    private final SocketSettings settings;
    private final @Nullable OneFamily family; // null: both families are accepted
    private final InetSocketAddress local;
    private final LoopAction action;
    private final Readiness connections;
    private final SingleWaiter closer;
    private int turn; // task only: the index of the last loop used when connections are spread
    private @Nullable SelectionKey key; // loop only
    private boolean channelClosed; // loop only

    private volatile @Nullable Throwable refusal; // an unexpected failure; written by the loop, cleared by the task
    private volatile boolean closed; // set once by any thread
    private volatile boolean gone; // set once by the loop: the system no longer listens

    ListeningSocket(
            JdkNetwork network,
            ServerSocketChannel channel,
            JdkLoopDriver home,
            SocketSettings settings,
            @Nullable OneFamily family)
            throws IOException {
        this.network = network;
        this.channel = channel;
        this.home = home;
        this.settings = settings;
        this.family = family;
        var bound = (InetSocketAddress) channel.getLocalAddress();
        this.local = family == null ? bound : family.shown(bound);
        this.action = home.actions().action(this);
        this.connections = new Readiness(action, home.loopThread());
        this.closer = SingleWaiter.create(home.loopThread());
        this.turn = home.index();
    }

    /** Registers the socket with its loop. */
    ListeningSocket open() {
        action.request();
        return this;
    }

    // ---- the task's side ----

    @Override
    public ByteTransport accept() throws IOException {
        while (true) {
            if (closed) {
                throw new ClosedChannelException();
            }
            Throwable why = refusal;
            if (why != null) {
                refusal = null;
                throw new IOException("Accepting has failed: " + why, why);
            }
            if (!connections.take()) {
                connections.await("accept", () -> closed || refusal != null);
                continue;
            }
            SocketChannel next = next();
            if (next != null) {
                connections.putBack();
                ConnectedSocket connection = configured(next);
                if (connection != null) {
                    return connection;
                }
                Checkpoints.fast("accept"); // many such peers must not keep the loop busy
            }
        }
    }

    private @Nullable SocketChannel next() throws IOException {
        try {
            return channel.accept();
        } catch (IOException refused) { // such as no descriptors: the connection is still there
            if (closed) {
                throw new ClosedChannelException();
            }
            connections.putBack();
            throw refused;
        }
    }

    /** Returns the connection, or null if the peer has broken it or must not be served. */
    private @Nullable ConnectedSocket configured(SocketChannel peer) throws IOException {
        ConnectedSocket connection = null;
        try {
            if (family == null || family.admits(peer.getRemoteAddress())) {
                JdkNetwork.configure(peer, settings);
                connection = new ConnectedSocket(peer, home());
                return connection.open();
            }
            peer.setOption(StandardSocketOptions.SO_LINGER, 0); // it sees a reset
        } catch (IOException broken) {
            // closed below
        } catch (Throwable failure) { // no memory
            if (connection == null) {
                peer.close();
            } else {
                connection.abort();
            }
            throw failure;
        }
        peer.close();
        return null;
    }

    /** Returns the loop for the next connection. */
    private JdkLoopDriver home() {
        if (!settings.spread()) {
            return home;
        }
        List<JdkLoopDriver> loops = network.loops();
        turn = (turn + 1) % loops.size();
        return loops.get(turn);
    }

    @Override
    public void awaitClosed() {
        if (!gone) {
            closer.await("close", () -> gone);
        }
    }

    // ---- the loop's side ----

    @Override
    public void run() {
        if (closed) {
            closeChannel();
            return;
        }
        try {
            SelectionKey known = key;
            if (known == null) {
                home.open().add(this);
                known = home.loop().register(channel, this);
                key = known;
            }
            watch(known);
        } catch (IOException notRegistered) {
            failed(notRegistered);
        }
    }

    private void watch(SelectionKey known) {
        known.interestOps(connections.isWanted() ? SelectionKey.OP_ACCEPT : 0);
    }

    @Override
    public void ready(SelectionKey known) {
        if (!connections.report()) {
            watch(known);
        }
    }

    private void closeChannel() {
        if (channelClosed) {
            return;
        }
        channelClosed = true;
        SocketErrors.close(channel);
        home.open().remove(this);
        try {
            home.loop().execute(this::released);
        } catch (Throwable notQueued) { // the loop has ended, or there is no memory
            released();
        }
    }

    /** Called in the turn after the channel was closed: the selector has released the port. */
    private void released() {
        gone = true;
        closer.wake();
    }

    @Override
    public void closeNow() {
        close();
        closeChannel();
    }

    /** Handles an unexpected failure. The listener stays usable. */
    @Override
    public void failed(Throwable cause) {
        refusal = cause;
        connections.wake();
    }

    @Override
    public void loopEnded() {
        close();
        closeChannel();
        released();
    }

    // ---- any thread ----

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            connections.wake();
            action.request();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public String toString() {
        return "ListeningSocket[" + local + "]";
    }
}
