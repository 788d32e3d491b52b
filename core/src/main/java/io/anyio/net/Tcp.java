package io.anyio.net;

import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.lowlevel.StackSpace;
import io.anyio.lowlevel.Suspension;
import io.anyio.spi.Network;
import io.anyio.spi.SocketSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Connects and listens by TCP. For tasks only. AnyIO: {@code connect_tcp}, {@code create_tcp_listener}.
 *
 * <p>A worker thread looks up names, so no loop waits for that. IP addresses need no look-up.
 */
public final class Tcp {
    private static final int MAX_PORT = 65_535;

    private Tcp() {}

    /** Connects with the default options; see {@link #connect(String, int, ConnectOptions)}. */
    public static SocketStream connect(String host, int port) {
        return connect(host, port, ConnectOptions.DEFAULTS);
    }

    /**
     * Connects to a port of a host. A checkpoint. Cancelling it leaves no connection open. If the name has several
     * addresses, they are tried one after the other, IPv6 first. With a local address, only addresses of its family
     * (IPv4, IPv6) are tried.
     *
     * @param host a name or an IP address
     * @param port from 1 to 65535
     * @throws ConnectionFailedException when no address accepts the connection, or none is of the local family
     * @throws UncheckedIOException with a {@link java.net.UnknownHostException}, when the name has no address
     * @throws IllegalArgumentException for a port out of range or an empty host
     */
    public static SocketStream connect(String host, int port, ConnectOptions options) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("The port to connect to must be from 1 to 65535, not " + port);
        }
        StackSpace.require(); // where there is too little to close the connection, none is opened
        Checkpoints.checkpoint("connect by TCP");
        Network network = CurrentNetwork.get("connect by TCP");
        var settings = SocketSettings.DEFAULTS.withTcpNoDelay(options.tcpNoDelay());
        InetSocketAddress local = options.localAddress().orElse(null);
        List<InetAddress> addresses = AddressResolver.resolve(host);
        List<IOException> failures = new ArrayList<>();
        try {
            addresses = Families.reachable(addresses, local);
        } catch (SocketException noneIs) {
            throw failed(host, port, List.of(noneIs));
        }
        for (InetAddress address : addresses) {
            try {
                return new SocketStream(network.connect(
                        new InetSocketAddress(address, port), Families.local(local, address), settings));
            } catch (IOException refused) {
                failures.add(refused);
            }
        }
        throw failed(host, port, failures);
    }

    private static ConnectionFailedException failed(String host, int port, List<IOException> failures) {
        IOException first = failures.getFirst();
        var failed = new ConnectionFailedException(
                "Cannot connect to " + host + " port " + port + ": " + Reason.of(first), first);
        failures.stream().skip(1).forEach(failed::addSuppressed);
        return failed;
    }

    /** Listens on every address of this machine with the defaults; see {@link #listen(int, ListenOptions)}. */
    public static SocketListener listen(int port) {
        return listen(port, ListenOptions.DEFAULTS);
    }

    /** Listens on every address of this machine, IPv4 and IPv6; see {@link #listen(String, int, ListenOptions)}. */
    public static SocketListener listen(int port, ListenOptions options) {
        checkPort(port);
        Checkpoints.checkpoint("listen by TCP");
        return open("any address", List.of(Families.ANY), true, port, options);
    }

    /** Listens with the default options; see {@link #listen(String, int, ListenOptions)}. */
    public static SocketListener listen(String host, int port) {
        return listen(host, port, ListenOptions.DEFAULTS);
    }

    /**
     * Listens on a port of a host, which is this machine. A checkpoint. If the name has several addresses, the listener
     * listens on all of them, with one port. It belongs to the loop of the calling task.
     *
     * @param host a name or an IP address
     * @param port from 1 to 65535, or 0 to let the system pick one; see {@link SocketListener#port}
     * @throws UncheckedIOException when the system refuses, as with a {@link java.net.BindException} for a port in use,
     *     or with a {@link java.net.UnknownHostException}, when the name has no address
     * @throws IllegalArgumentException for a port out of range or an empty host
     */
    public static SocketListener listen(String host, int port, ListenOptions options) {
        checkPort(port);
        Checkpoints.checkpoint("listen by TCP");
        Collection<InetAddress> addresses = new LinkedHashSet<>(AddressResolver.resolve(host));
        return Families.areBoth(addresses)
                ? open(host, Families.joined(addresses), true, port, options)
                : open(host, addresses, false, port, options);
    }

    private static void checkPort(int port) {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("The port to listen on must be from 0 (any) to 65535, not " + port);
        }
    }

    private static SocketListener open(
            String host, Collection<InetAddress> addresses, boolean bothFamilies, int port, ListenOptions options) {
        Network network = CurrentNetwork.get("listen by TCP");
        ClassFolders.load(network.getClass());
        var settings = SocketSettings.DEFAULTS
                .withTcpNoDelay(options.tcpNoDelay())
                .withBacklog(options.backlog())
                .withReusePort(options.reusePort())
                .withSpread(options.spread())
                .withBothFamilies(bothFamilies);
        int loop = Suspension.create("listen by TCP").loop();
        try {
            return new SocketListener(new MultiAddressBinder(network, loop, settings).listen(addresses, port), options);
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "Cannot listen on " + host + " port " + port + ": " + Reason.of(refused), refused);
        }
    }
}
