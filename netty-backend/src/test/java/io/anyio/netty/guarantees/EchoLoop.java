package io.anyio.netty.guarantees;

import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.stream.EndOfStreamException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ManualIoEventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An event loop with an echo server of tasks on it, and with clients on plain sockets. */
final class EchoLoop implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    /** A loop of an event loop group, or a {@link ManualIoEventLoop} that its own thread pumps. */
    record Place(Transport transport, boolean isManuallyDriven) {
        @Override
        public String toString() {
            return transport + (isManuallyDriven ? ", isManuallyDriven" : "");
        }
    }

    private final EventLoopGroup group;
    private final NettyRuntime runtime;
    private final ServerSocket peer;
    private final List<Socket> clients = new ArrayList<>();
    private final CountDownLatch connected; // connections whose end the server has not seen
    private int turn; // index of the client that sends next; the test's thread

    private EchoLoop(EventLoopGroup group, NettyRuntime runtime, ServerSocket peer, int connections) {
        this.group = group;
        this.runtime = runtime;
        this.peer = peer;
        this.connected = new CountDownLatch(connections);
    }

    static Stream<Place> places() {
        return Stream.concat(
                NettyGuaranteeTestBase.transports().map(transport -> new Place(transport, false)),
                Stream.of(new Place(Transport.NIO, true)));
    }

    /** Opens a loop, its server, and {@code connections} connections to it. */
    static EchoLoop open(Place place, int connections) throws Exception {
        EventLoopGroup group = place.isManuallyDriven()
                ? isManuallyDriven(place.transport())
                : NettyGuaranteeTestBase.group(place.transport(), 1);
        var open = new EchoLoop(
                group,
                NettyRuntime.attach(group),
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                connections);
        Thread.ofPlatform().daemon().name("peer").start(open::peer);
        var port = new CompletableFuture<Integer>();
        var _ = open.runtime.start(() -> open.serve(port));
        int echo = port.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (int i = 0; i < connections; i++) {
            var client = new Socket(InetAddress.getLoopbackAddress(), echo);
            client.setTcpNoDelay(true);
            client.setSoTimeout(PATIENCE_SECONDS * 1_000);
            open.clients.add(client);
            open.echo(); // ensures that it has been accepted
        }
        return open;
    }

    private static ManualIoEventLoop isManuallyDriven(Transport transport) throws Exception {
        var opened = new CompletableFuture<ManualIoEventLoop>();
        Thread.ofPlatform().daemon().name("pump").start(() -> {
            var loop = new ManualIoEventLoop(Thread.currentThread(), NettyGuaranteeTestBase.handlers(transport));
            opened.complete(loop);
            while (!loop.isTerminated()) {
                loop.run(TimeUnit.SECONDS.toNanos(1));
            }
        });
        return opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void serve(CompletableFuture<Integer> port) {
        try (SocketListener listener = Tcp.listen(NettyGuaranteeTestBase.HOST, 0)) {
            port.complete(listener.port());
            listener.serve(this::echo);
        }
    }

    private void echo(SocketStream stream) {
        try {
            while (true) {
                stream.send(stream.receive());
            }
        } catch (EndOfStreamException done) {
            connected.countDown();
        }
    }

    NettyRuntime runtime() {
        return runtime;
    }

    /** Returns the port of a server outside the loop that sends all the time, and discards what it receives. */
    int peerPort() {
        return peer.getLocalPort();
    }

    private void peer() {
        while (true) {
            try {
                Socket connection = peer.accept();
                Thread.ofPlatform().daemon().name("sending peer").start(() -> flood(connection));
                Thread.ofPlatform().daemon().name("receiving peer").start(() -> drop(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Sends bytes for the receiving calls; waits while the socket's buffers are full. */
    private static void flood(Socket connection) {
        var bytes = new byte[8 * 1024];
        try (connection) {
            while (true) {
                connection.getOutputStream().write(bytes);
            }
        } catch (IOException aborted) {
            // when the calls end
        }
    }

    private static void drop(Socket connection) {
        try (connection) {
            connection.getInputStream().skip(Long.MAX_VALUE);
        } catch (IOException aborted) {
            // when the calls end
        }
    }

    /** Sends a byte over the next connection, and waits for the echo. */
    void echo() throws IOException {
        Socket client = clients.get(turn++ % clients.size());
        client.getOutputStream().write(turn);
        if (client.getInputStream().read() != (turn & 0xFF)) {
            throw new IOException("an echo has changed");
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        NettyGuaranteeTestBase.until(() -> connected.getCount() == 0); // a loop that ends earlier complains
        peer.close();
        runtime.close();
        NettyGuaranteeTestBase.shutDown(group);
    }
}
