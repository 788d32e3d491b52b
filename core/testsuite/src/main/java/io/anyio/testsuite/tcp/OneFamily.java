package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.TaskGroup;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/** A server and clients that show whether a listener accepts one family only, IPv4 or IPv6. */
public final class OneFamily {
    /** The loopback address of IPv4. */
    public static final String IPV4 = "127.0.0.1";

    /** The loopback address of IPv6. */
    public static final String IPV6 = "::1";

    /** Options of a server that ends with the first failure of a handler. */
    private static final ListenOptions STRICT = ListenOptions.DEFAULTS.withEndOnFailure(true);

    /** More than are accepted in advance. */
    private static final int STRANGERS = 40;

    private static final int SILENCE_MILLIS = 5_000;
    private static final int TRIES = 20;

    private OneFamily() {}

    /** Skips the test on a machine without IPv6. */
    public static void assumeIpv6() {
        boolean available;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(IPV6))) {
            available = socket.isBound();
        } catch (IOException none) {
            available = false;
        }
        assumeTrue(available, "a machine without IPv6");
    }

    /**
     * Listens on an address, with a port that is free in the other family: a listener that is there by chance would be
     * taken for this one.
     */
    public static SocketListener listen(String own) throws IOException {
        InetAddress other = InetAddress.ofLiteral(own.contains(":") ? "0.0.0.0" : "::");
        for (int i = 1; true; i++) {
            int port;
            try (var free = new ServerSocket(0, 1, other)) {
                port = free.getLocalPort();
            }
            try {
                return Tcp.listen(own, port, STRICT);
            } catch (UncheckedIOException taken) {
                if (i == TRIES) {
                    throw taken;
                }
            }
        }
    }

    /** Returns the code of many clients of {@code other}, which must be rejected, and then one of {@code own}. */
    public static Callable<Void> clients(int port, String own, String other) {
        return () -> {
            for (int i = 0; i < STRANGERS; i++) {
                assertThat(ask(other, port)).isEmpty();
            }
            assertThat(ask(own, port)).isEqualTo("hello " + own);
            return null;
        };
    }

    /** Returns what a server sends to a client: the client's address, or nothing if the client is rejected. */
    private static String ask(String host, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(host), port));
            if (socket.getLocalPort() == port) {
                return ""; // the port is free in this family, and TCP has connected the socket to itself
            }
            socket.setSoTimeout(SILENCE_MILLIS);
            return new String(SocketTestBase.readAll(socket), StandardCharsets.US_ASCII);
        } catch (IOException refusedOrReset) {
            return "";
        }
    }

    /** Serves one client, which must be of {@code own}. Called by a task. */
    public static void serveOne(SocketListener listener, String own) {
        TaskGroup.run(group -> listener.serve(stream -> {
            String client = stream.remoteAddress().getAddress().getHostAddress();
            assertThat(stream.remoteAddress().getAddress()).isEqualTo(InetAddress.ofLiteral(own));
            stream.send(("hello " + (client.contains(":") ? IPV6 : client)).getBytes(StandardCharsets.US_ASCII));
            stream.close();
            group.cancel();
        }));
    }
}
