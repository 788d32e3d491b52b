package io.anyio.net;

import io.anyio.CancelScope;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.Network;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Binds one port on several addresses: on all of them or on none. */
final class MultiAddressBinder {
    private final Network network;
    private final int loop;
    private final SocketSettings settings;

    MultiAddressBinder(Network network, int loop, SocketSettings settings) {
        this.network = network;
        this.loop = loop;
        this.settings = settings;
    }

    /** Returns the sockets, at least one. For port 0 the system picks a port that is free on all addresses. */
    List<AcceptTransport> listen(Collection<InetAddress> addresses, int port) throws IOException {
        Deque<InetAddress> order = new ArrayDeque<>(addresses);
        List<IOException> clashes = new ArrayList<>();
        while (clashes.size() < addresses.size()) {
            List<AcceptTransport> sockets = new ArrayList<>();
            boolean all = false;
            try {
                for (InetAddress address : order) {
                    int same = sockets.isEmpty()
                            ? port
                            : ((InetSocketAddress) sockets.getFirst().localAddress()).getPort();
                    sockets.add(network.listen(new InetSocketAddress(address, same), loop, settings));
                }
                all = true;
                return sockets;
            } catch (IOException refused) {
                if (port != 0 || sockets.isEmpty()) { // not a clash of the picked port
                    throw refused;
                }
                clashes.add(refused);
                order.addLast(order.removeFirst()); // let the system pick the port on another address
            } finally {
                if (!all) {
                    sockets.forEach(AcceptTransport::close);
                    CancelScope.shielded(() -> sockets.forEach(AcceptTransport::awaitClosed)); // frees the port
                }
            }
        }
        var failure = new BindException("no port is free on all addresses");
        clashes.forEach(failure::addSuppressed);
        throw failure;
    }
}
