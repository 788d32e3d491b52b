package io.anyio.testing.junit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds ports that are free on IPv4 and IPv6. */
final class FreePorts {
    private static final Set<Integer> TCP = ConcurrentHashMap.newKeySet();
    private static final Set<Integer> UDP = ConcurrentHashMap.newKeySet();

    /** More ports than this are never taken at the same time by the tests of one process. */
    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /** Binds a socket. */
    private interface Binding<S extends Closeable> {
        S bind(int port, InetAddress address) throws IOException;
    }

    static int tcp() {
        return find("TCP", TCP, (port, address) -> new ServerSocket(port, 1, address), ServerSocket::getLocalPort);
    }

    static int udp() {
        return find("UDP", UDP, DatagramSocket::new, DatagramSocket::getLocalPort);
    }

    /** Returns the port of a socket. */
    private interface PortOf<S> {
        int of(S socket);
    }

    private static <S extends Closeable> int find(
            String protocol, Set<Integer> known, Binding<S> binding, PortOf<S> portOf) {
        try {
            InetAddress any = new InetSocketAddress(0).getAddress();
            InetAddress any4 = Inet4Address.getByAddress(new byte[4]);
            for (int i = 0; i < ATTEMPTS; i++) {
                int port;
                try (S socket = binding.bind(0, any)) {
                    port = portOf.of(socket);
                }
                if (isFree(binding, port, any4) && known.add(port)) {
                    return port;
                }
            }
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    "Cannot find a free " + protocol + " port: " + refused.getMessage(), refused);
        }
        throw new IllegalStateException("Found no free " + protocol + " port in " + ATTEMPTS + " attempts");
    }

    private static <S extends Closeable> boolean isFree(Binding<S> binding, int port, InetAddress address) {
        try (S _ = binding.bind(port, address)) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
