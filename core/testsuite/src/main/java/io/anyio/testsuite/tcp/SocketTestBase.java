package io.anyio.testsuite.tcp;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.spi.BackendOptions;
import io.anyio.sync.Event;
import io.anyio.testsuite.BackendUnderTest;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Base of tests with plain JDK sockets as peers, and with a final check for leaks. */
public abstract class SocketTestBase {
    /** The address of the peers. */
    protected static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    /** The address of the peers, as text. */
    protected static final String HOST = "127.0.0.1";

    private final List<Peer<?>> peers = new ArrayList<>();

    /** The other side: a thread that does not use this library. */
    protected static final class Peer<T> {
        private final FutureTask<T> task;

        /** Starts the thread. */
        public Peer(Callable<T> code) {
            task = new FutureTask<>(code);
            Thread.ofPlatform().daemon().name("peer").start(task);
        }

        /** Waits for the result on a thread that is not a task. */
        public T join() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }
    }

    /** Starts the other side; it is joined at the end of the test. */
    protected final <T> Peer<T> peer(Callable<T> code) {
        var peer = new Peer<>(code);
        peers.add(peer);
        return peer;
    }

    @AfterEach
    final void joinPeersAndLookForLeaks() throws Exception {
        for (Peer<?> peer : peers) {
            peer.join();
        }
        BackendUnderTest.get().assertNoLeaks();
    }

    /** The other side of one connection. */
    protected interface SocketCode {
        /** Runs on the peer's thread. */
        void run(Socket socket) throws Exception;
    }

    /** Our side of one connection. */
    protected interface StreamCode {
        /** Runs in the first task. */
        void run(SocketStream stream) throws Exception;
    }

    /** Connects a plain socket to us and runs both sides; ours in the first task of a run. */
    protected final void connection(BackendOptions options, SocketCode theirs, StreamCode ours) throws Exception {
        AnyIO.run(
                () -> {
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
                },
                options);
        for (Peer<?> peer : peers) {
            peer.join();
        }
    }

    /** A one-time signal between the two sides: tasks wait in the library, the other side's thread in the JDK. */
    protected static final class Signal {
        private final Event forTasks = Event.create();
        private final CompletableFuture<@Nullable Void> forThreads = new CompletableFuture<>();

        /** Makes a signal that is not set. */
        public Signal() {}

        /** Sets it. May be called from any thread. */
        public void set() {
            forThreads.complete(null);
            forTasks.set();
        }

        /** Waits in a task. */
        public void await() {
            forTasks.await();
        }

        /** Waits on any other thread. */
        public void awaitInThread() throws Exception {
            get(forThreads);
        }
    }

    /** Connects a peer to this port. */
    protected static Socket connect(int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(LOOPBACK, port));
        return socket;
    }

    /** Closes the socket with a reset. */
    protected static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Returns random bytes. */
    protected static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** Reads to the end. */
    protected static byte[] readAll(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return in.readAllBytes();
    }

    /** Returns the value that a thread which is not a task passes to the test. */
    protected static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
