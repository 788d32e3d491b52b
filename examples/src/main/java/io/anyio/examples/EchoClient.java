package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.net.ConnectOptions;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/** A client that sends messages to an echo server on several connections and checks the answers. */
final class EchoClient implements Example {
    private static final Option HOST = Option.address("host", "the address of the server", "127.0.0.1");
    private static final Option PORT = Option.number("port", "N", "the server's port", 7007, 1, 65535);
    private static final Option TCP_NODELAY =
            Option.flag("tcp-nodelay", "whether small segments are sent immediately", true);
    private static final Option CONNECTIONS =
            Option.number("connections", "N", "how many connections at a time", 4, 1, 100_000);
    private static final Option MESSAGES =
            Option.number("messages", "N", "how many messages per connection", 100, 1, Integer.MAX_VALUE);

    @Override
    public String name() {
        return "echo-client";
    }

    @Override
    public String summary() {
        return "sends messages to an echo server and checks the answers";
    }

    @Override
    public List<Option> options() {
        return List.of(HOST, PORT, TCP_NODELAY, CONNECTIONS, MESSAGES);
    }

    @Override
    public boolean needsNetwork() {
        return true;
    }

    @Override
    public void run(CommandLine line) {
        String host = line.text(HOST);
        int port = line.number(PORT);
        int connections = line.number(CONNECTIONS);
        int messages = line.number(MESSAGES);
        ConnectOptions options = ConnectOptions.DEFAULTS.withTcpNoDelay(line.flag(TCP_NODELAY));
        var begin = AnyIO.currentTime();
        Timeouts.failAfter(
                Duration.ofMinutes(5),
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < connections; i++) {
                        String name = "connection " + i;
                        group.startSoon(TaskOptions.named(name), () -> {
                            try (SocketStream stream = Tcp.connect(host, port, options)) {
                                talk(stream, name, messages);
                            }
                        });
                    }
                }));
        Duration took = AnyIO.currentTime().since(begin);
        System.out.println("%d connections, %d messages each, all echoed, in %d ms"
                .formatted(connections, messages, took.toMillis()));
    }

    private static void talk(SocketStream stream, String name, int messages) {
        for (int i = 0; i < messages; i++) {
            byte[] message = (name + ", message " + i + "\n").getBytes(UTF_8);
            stream.send(message);
            ByteBuffer answer = ByteBuffer.allocate(message.length);
            while (answer.hasRemaining()) {
                receive(stream, answer);
            }
            if (!answer.flip().equals(ByteBuffer.wrap(message))) {
                throw new IllegalStateException(
                        "The server answered with something other than '" + name + ", message " + i + "'");
            }
        }
        stream.sendEof();
    }

    private static void receive(SocketStream stream, ByteBuffer answer) {
        try {
            stream.receive(answer);
        } catch (EndOfStreamException end) {
            throw new UncheckedIOException("The server closed the connection before it answered", new EOFException());
        }
    }
}
