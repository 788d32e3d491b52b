package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.net.ConnectOptions;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Connections that send messages to an echo server and check what comes back. */
final class EchoClient implements Example {

    @Override
    public String name() {
        return "echo-client";
    }

    @Override
    public String summary() {
        return "sends messages to an echo server and checks what comes back";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("host", "ADDRESS      where the server is (default: 127.0.0.1)");
        options.put("port", "N            the server's port (default: 7007)");
        options.put("tcp-nodelay", "BOOL    whether small segments are sent at once (default: true)");
        options.put("connections", "N     how many connections at once (default: 4)");
        options.put("messages", "N        how many messages on each (default: 100)");
        return options;
    }

    @Override
    public void run(CommandLine line) {
        String host = line.text("host", "127.0.0.1");
        int port = line.number("port", 7007, 1, 65535);
        int connections = line.number("connections", 4, 1, 100_000);
        int messages = line.number("messages", 100, 1, Integer.MAX_VALUE);
        ConnectOptions options = ConnectOptions.DEFAULTS.withTcpNoDelay(line.flag("tcp-nodelay", true));
        var begin = AnyIO.currentTime();
        CancelScope.failAfter(
                Duration.ofMinutes(5),
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < connections; i++) {
                        String name = "connection " + i;
                        group.startSoon(name, () -> {
                            try (SocketStream stream = Tcp.connectTcp(host, port, options)) {
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
                        "The server answered something else than '" + name + ", message " + i + "'");
            }
        }
        stream.sendEof();
    }

    private static void receive(SocketStream stream, ByteBuffer answer) {
        try {
            stream.receive(answer);
        } catch (EndOfStreamException end) {
            throw new UncheckedIOException(
                    "The server has ended the connection before it had answered", new EOFException());
        }
    }
}
