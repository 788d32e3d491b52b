package io.anyio.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.EventLoopToken;
import io.anyio.ExceptionGroup;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.net.ConnectionFailedException;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyOptions;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.Listener;
import io.anyio.sync.Event;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The code of docs/networking.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Networking {
    private static final Logger SERVING = Logger.getLogger("io.anyio.net");

    private Networking() {}

    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "netty");
    }

    // begin read-all
    /** Returns all bytes up to the end of the stream. */
    static String readAll(SocketStream stream) {
        var all = new ByteArrayOutputStream();
        try {
            while (true) {
                all.writeBytes(stream.receive());
            }
        } catch (EndOfStreamException end) {
            return all.toString(UTF_8);
        }
    }
    // end read-all

    private static String ask(int port, String question) {
        try (SocketStream stream = Tcp.connect("127.0.0.1", port)) {
            stream.send(question.getBytes(UTF_8));
            stream.sendEof();
            return readAll(stream);
        }
    }

    /** Serves {@code handler} on a free port while {@code client} runs. */
    private static void serving(Listener.Handler<SocketStream> handler, PortBlock client) throws Exception {
        inATask(() -> {
            try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
                TaskGroup.run(group -> {
                    group.startSoon(() -> listener.serve(handler));
                    client.run(listener.port());
                    group.cancel();
                });
            }
        });
    }

    /** A client. */
    @FunctionalInterface
    interface PortBlock {
        /** Talks to the port. */
        void run(int port) throws Exception;
    }

    /** A client and its conversation. */
    public static void connect() throws Exception {
        serving(stream -> stream.send(("you said " + readAll(stream)).getBytes(UTF_8)), port -> {
            // begin connect
            try (var stream = Tcp.connect("127.0.0.1", port)) {
                stream.send("hello".getBytes(UTF_8));
                stream.sendEof(); // no more bytes will be sent; receiving continues
                System.out.println(readAll(stream));
            }
            // end connect
        });
    }

    /** A port without a listener. */
    public static void refused() {
        inATask(() -> {
            int port;
            try (var listener = Tcp.listen("127.0.0.1", 0)) {
                port = listener.port();
            }
            // begin refused
            try (var stream = Tcp.connect("127.0.0.1", port)) {
                System.out.println("connected to " + stream.remoteAddress());
            } catch (ConnectionFailedException e) {
                System.out.println("connection refused");
            }
            // end refused
        });
    }

    /** A handler that fails. */
    public static void failing() {
        Level before = SERVING.getLevel();
        SERVING.setLevel(Level.OFF);
        try {
            inATask(() -> {
                // begin failing
                try (var listener = Tcp.listen("127.0.0.1", 0)) {
                    TaskGroup.run(group -> {
                        group.startSoon(() -> listener.serve(stream -> {
                            String question = readAll(stream);
                            if (question.equals("bad")) {
                                throw new IllegalStateException("no such question"); // logged, with its stack
                            }
                            stream.send(("an answer to " + question).getBytes(UTF_8));
                        }));
                        System.out.println("[" + ask(listener.port(), "bad") + "]");
                        System.out.println("[" + ask(listener.port(), "good") + "]");
                        group.cancel();
                    });
                }
                // end failing
            });
        } finally {
            SERVING.setLevel(before);
        }
    }

    /** A server that ends in two steps. */
    public static void draining() {
        inATask(() -> {
            // begin draining
            var options = ListenOptions.DEFAULTS.withGracePeriod(Duration.ofSeconds(30));
            try (var listener = Tcp.listen("127.0.0.1", 0, options)) {
                var asked = Event.create();
                TaskGroup.run(group -> {
                    TaskHandle<?> server = group.startSoon(() -> listener.serve(stream -> {
                        String question = readAll(stream);
                        asked.set();
                        AnyIO.sleep(Duration.ofMillis(20)); // the work
                        stream.send(("an answer to " + question).getBytes(UTF_8));
                    }));
                    group.startSoon(() -> System.out.println(ask(listener.port(), "the last question")));
                    asked.await();
                    server.cancel();
                });
                System.out.println("the server has ended");
            }
            // end draining
        });
    }

    /** A server that ends in two steps and tells its connections. */
    public static void telling() {
        inATask(() -> {
            // begin telling
            var connected = Event.create();
            TaskGroup.run(server -> {
                var listener = Tcp.listen("127.0.0.1", 0);
                server.startSoon(TaskOptions.named("accepting"), () -> {
                    StopRequest.moveOn(() -> listener.serve(server, stream -> {
                        connected.set();
                        StopRequest.moveOn(() -> stream.receive()); // a request
                        stream.send("goodbye".getBytes(UTF_8));
                    }));
                    listener.close();
                });
                TaskGroup.run(client -> {
                    client.startSoon(() -> {
                        try (var stream = Tcp.connect("127.0.0.1", listener.port())) {
                            System.out.println(readAll(stream));
                        }
                    });
                    connected.await();
                    server.cancelScope().cancelAfter(Duration.ofSeconds(30));
                });
            });
            // end telling
        });
    }

    /** Closing a listener ends serving. */
    public static void closed() {
        inATask(() -> {
            // begin closed
            var listener = Tcp.listen("127.0.0.1", 0);
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    try {
                        listener.serve(stream -> stream.send(stream.receive()));
                    } catch (ExceptionGroup e) {
                        System.out.println("closed: " + e.contains(ClosedResourceException.class));
                    }
                });
                AnyIO.awaitAllTasksBlocked();
                listener.close(); // from any thread
            });
            // end closed
        });
    }

    /** Connections on all loops. */
    public static void spread() {
        // begin spread
        AnyIO.run(
                () -> {
                    Set<EventLoopToken> loops = ConcurrentHashMap.newKeySet(); // the handlers run in parallel
                    var options = ListenOptions.DEFAULTS.withSpread(true);
                    try (var listener = Tcp.listen("127.0.0.1", 0, options)) {
                        TaskGroup.run(group -> {
                            group.startSoon(() -> listener.serve(stream -> loops.add(AnyIO.currentToken())));
                            for (int i = 0; i < 4; i++) {
                                ask(listener.port(), "");
                            }
                            group.cancel();
                        });
                    }
                    System.out.println("connections ran on " + loops.size() + " loops");
                },
                NettyOptions.DEFAULTS.withLoops(2));
        // end spread
    }

    /** A send that goes on after a time-out. */
    public static void sending() throws Exception {
        Event read = Event.create();
        serving(
                stream -> {
                    read.await();
                    stream.send(("got " + readAll(stream).length() + " bytes").getBytes(UTF_8));
                },
                port -> {
                    // begin sending
                    try (var stream = Tcp.connect("127.0.0.1", port)) {
                        ByteBuffer bytes = ByteBuffer.allocate(16 * 1024 * 1024);
                        CancelScope scope = Timeouts.moveOnAfter(
                                Duration.ofMillis(200), () -> stream.send(bytes)); // the other side does not receive
                        System.out.println("cut: " + (scope.cancelledCaught() && bytes.position() > 0));
                        read.set(); // now the other side receives
                        stream.send(bytes); // continues at the first byte that was not accepted
                        stream.flush();
                        System.out.println("left: " + bytes.remaining());
                        stream.sendEof();
                        System.out.println(readAll(stream));
                    }
                    // end sending
                });
    }

    /** A receive with a time-out. */
    public static void receiving() throws Exception {
        Event late = Event.create();
        serving(
                stream -> {
                    late.await();
                    stream.send("sorry for the delay".getBytes(UTF_8));
                },
                port -> {
                    // begin receiving
                    try (var stream = Tcp.connect("127.0.0.1", port)) {
                        byte[] nothing =
                                Timeouts.moveOnAfter(Duration.ofMillis(5), new byte[0], () -> stream.receive());
                        System.out.println("bytes in time: " + nothing.length);
                        late.set();
                        System.out.println(readAll(stream));
                    }
                    // end receiving
                });
    }
}
