package io.anyio.benchmarks.lateness;

import io.anyio.TaskGroup;
import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.Carrier;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * The measured event loop, with an echo server of tasks on it, and a client of that server. Another loop has a peer for
 * the sockets of the calls.
 */
final class WorkLoop implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final EventLoops loop;
    private final EventLoops peerLoop;
    private final NettyRuntime runtime;
    private final InetSocketAddress peer;
    private final Socket client;
    private @Nullable SocketStream connection; // with the peer; of the task that makes the calls

    /** Opens the loops, the servers and the client's connection. */
    WorkLoop(LoopKind kind, Carrier carrier) throws Exception {
        loop = EventLoops.open(kind, 1, "work");
        peerLoop = EventLoops.open(LoopKind.NIO, 1, "peer");
        runtime = loop.attach(carrier);
        peerLoop.attach(Carrier.LOOP); // not beside the measured tasks
        peer = peerLoop.serve(WorkLoop::flood);
        InetSocketAddress server = loop.serve(WorkLoop::echo);
        client = new Socket(server.getAddress(), server.getPort());
        client.setTcpNoDelay(true);
        client.setSoTimeout(PATIENCE_SECONDS * 1_000);
        echo(); // ensures that it has been accepted
    }

    private static void echo(SocketStream stream) {
        while (true) {
            stream.send(stream.receive());
        }
    }

    /** Sends all the time, and discards what it receives. */
    private static void flood(SocketStream stream) {
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                while (true) {
                    stream.receive();
                }
            });
            var bytes = new byte[8 * 1024];
            while (true) {
                stream.send(bytes);
            }
        });
    }

    NettyRuntime runtime() {
        return runtime;
    }

    /** Connects the current task with a server that sends all the time, and discards what it receives. */
    SocketStream connectToPeer() {
        SocketStream stream = Tcp.connect(peer.getHostString(), peer.getPort());
        connection = stream;
        return stream;
    }

    /** Closes the connection with that server, if there is one. */
    void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    /** Sends a byte to the server and waits for the echo; returns the time that it took, in nanoseconds. */
    long echo() throws IOException {
        long sent = System.nanoTime();
        client.getOutputStream().write(1);
        if (client.getInputStream().read() != 1) {
            throw new IOException("The echo server has ended the connection");
        }
        return System.nanoTime() - sent;
    }

    @Override
    public void close() throws IOException {
        client.close();
        loop.close();
        peerLoop.close();
    }
}
