package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.sync.Event;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Base of tests on every transport of this machine, with plain JDK sockets as peers, and a final check for leaks. */
abstract class NettyTestBase {
    static {
        Leaks.install();
    }

    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    static final String HOST = "127.0.0.1";

    private final List<Peer<?>> peers = new ArrayList<>();

    /** Returns the transports to test; unavailable ones are excluded. */
    static Stream<Transport> transports() {
        return Stream.of(Transport.values())
                .filter(transport -> TransportSupport.whyNot(transport).isEmpty());
    }

    /** Runs {@code main} on one loop of this transport. */
    static <X extends Exception> void run(Transport transport, Block<X> main) throws X {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo(transport.label());
                    main.run();
                },
                NettyOptions.DEFAULTS.withTransport(transport));
    }

    /** The other side: a thread that does not use this library. */
    static final class Peer<T> {
        private final FutureTask<T> task;

        Peer(Callable<T> code) {
            task = new FutureTask<>(code);
            Thread.ofPlatform().daemon().name("peer").start(task);
        }

        /** Waits for the result on a thread that is not a task. */
        T join() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }
    }

    /** Starts the other side; it is joined at the end of the test. */
    <T> Peer<T> peer(Callable<T> code) {
        var peer = new Peer<>(code);
        peers.add(peer);
        return peer;
    }

    @AfterEach
    void joinPeersAndLookForLeaks() throws Exception {
        for (Peer<?> peer : peers) {
            peer.join();
        }
        Leaks.assertNone();
    }

    /** The other side of one connection. */
    interface SocketCode {
        void run(Socket socket) throws Exception;
    }

    /** Our side of one connection. */
    interface StreamCode {
        void run(SocketStream stream) throws Exception;
    }

    /** Connects a plain socket to us and runs both sides; ours in the first task of a run. */
    void connection(Transport transport, SocketCode theirs, StreamCode ours) throws Exception {
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0)) {
                int port = listener.port();
                peer(() -> {
                    try (Socket socket = connect(port)) {
                        theirs.run(socket);
                    }
                    return null;
                });
                try (SocketStream stream = listener.accept()) {
                    ours.run(stream);
                }
            }
        });
        for (Peer<?> peer : peers) {
            peer.join();
        }
    }

    /** A one-time signal between the two sides: tasks wait in the library, the other side's thread in the JDK. */
    static final class Signal {
        private final Event forTasks = Event.create();
        private final CompletableFuture<@Nullable Void> forThreads = new CompletableFuture<>();

        void set() {
            forThreads.complete(null);
            forTasks.set();
        }

        /** Waits in a task. */
        void await() {
            forTasks.await();
        }

        /** Waits on any other thread. */
        void awaitInThread() throws Exception {
            get(forThreads);
        }
    }

    static Socket connect(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(LOOPBACK, port));
        return socket;
    }

    /** Closes the socket with a reset. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return in.readAllBytes();
    }

    /** Returns the value that a thread which is not a task passes to the test. */
    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
