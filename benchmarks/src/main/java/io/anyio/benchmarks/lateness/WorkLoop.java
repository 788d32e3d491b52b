package io.anyio.benchmarks.lateness;

import io.anyio.benchmarks.LoopKind;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.Carrier;
import io.anyio.stream.EndOfStreamException;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The measured event loop, with an echo server of tasks on it. The server's client, and a peer for the sockets of the
 * calls, run on threads of their own.
 */
final class WorkLoop implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final int PATIENCE_SECONDS = 20;

    private final MultiThreadIoEventLoopGroup group;
    private final NettyRuntime runtime;
    private final ServerSocket peer;
    private @Nullable Socket client; // since open()

    private WorkLoop(MultiThreadIoEventLoopGroup group, NettyRuntime runtime, ServerSocket peer) {
        this.group = group;
        this.runtime = runtime;
        this.peer = peer;
    }

    /** Opens the loop, the server and the client's connection. */
    static WorkLoop open(LoopKind kind, Carrier carrier) throws Exception {
        var group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("work", true), kind.handlers());
        NettyRuntime runtime = NettyRuntime.attach(group, NettyOptions.DEFAULTS.withCarrier(carrier));
        var open = new WorkLoop(group, runtime, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        start("peer", open::peer);
        var port = new CompletableFuture<Integer>();
        var _ = runtime.start(() -> serve(port));
        var client = new Socket(InetAddress.getLoopbackAddress(), port.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        client.setTcpNoDelay(true);
        client.setSoTimeout(PATIENCE_SECONDS * 1_000);
        open.client = client;
        open.echo(); // ensures that it has been accepted
        return open;
    }

    private static void start(String name, Runnable body) {
        Thread.ofPlatform().daemon().name(name).start(body);
    }

    private static void serve(CompletableFuture<Integer> port) {
        try (SocketListener listener = Tcp.listen(HOST, 0)) {
            port.complete(listener.port());
            listener.serve(WorkLoop::echo);
        }
    }

    private static void echo(SocketStream stream) {
        try {
            while (true) {
                stream.send(stream.receive());
            }
        } catch (EndOfStreamException done) {
            // the client has closed the connection
        }
    }

    NettyRuntime runtime() {
        return runtime;
    }

    /** Sends a byte to the server and waits for the echo; returns the time that it took, in nanoseconds. */
    long echo() throws IOException {
        Socket connection = client;
        if (connection == null) {
            throw new IllegalStateException("not open");
        }
        long sent = System.nanoTime();
        connection.getOutputStream().write(1);
        if (connection.getInputStream().read() != 1) {
            throw new IOException("The echo server has ended the connection");
        }
        return System.nanoTime() - sent;
    }

    // ---- the peer of the calls ----

    /** Returns the port of a server that sends all the time, and discards what it receives. */
    int peerPort() {
        return peer.getLocalPort();
    }

    private void peer() {
        try {
            while (true) {
                Socket connection = peer.accept();
                start("peer, sending", () -> send(connection));
                start("peer, receiving", () -> drop(connection));
            }
        } catch (IOException closed) {
            // there are no more calls
        }
    }

    private static void send(Socket connection) {
        var bytes = new byte[8 * 1024];
        try (connection) {
            while (true) {
                connection.getOutputStream().write(bytes);
            }
        } catch (IOException closed) {
            // closed by the task that makes the calls
        }
    }

    private static void drop(Socket connection) {
        try (connection) {
            connection.getInputStream().skip(Long.MAX_VALUE);
        } catch (IOException closed) {
            // closed by the task that makes the calls
        }
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        peer.close();
        runtime.close();
        var _ = group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        group.terminationFuture().awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
