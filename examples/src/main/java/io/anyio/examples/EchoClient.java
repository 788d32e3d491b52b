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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A client that sends messages to an echo server on several connections and checks the answers. */
@Command(name = "echo-client", description = "sends messages to an echo server and checks the answers")
final class EchoClient extends Example {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "the address of the server")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "the server's port")
    private int port = 7007;

    @Option(
            names = "--tcp-nodelay",
            arity = "1",
            paramLabel = "BOOL",
            description = "whether small segments are sent immediately")
    private boolean tcpNoDelay = true;

    @Option(names = "--connections", paramLabel = "N", description = "how many connections at a time")
    private int connections = 4;

    @Option(names = "--messages", paramLabel = "N", description = "how many messages per connection")
    private int messages = 100;

    @Override
    void run() {
        ConnectOptions options = ConnectOptions.DEFAULTS.withTcpNoDelay(tcpNoDelay);
        var begin = AnyIO.currentTime();
        Timeouts.failAfter(
                Duration.ofMinutes(5),
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < connections; i++) {
                        String name = "connection " + i;
                        group.startSoon(TaskOptions.named(name), () -> {
                            try (SocketStream stream = Tcp.connect(host, port, options)) {
                                talk(stream, name);
                            }
                        });
                    }
                }));
        Duration took = AnyIO.currentTime().since(begin);
        System.out.println("%d connections, %d messages each, all echoed, in %d ms"
                .formatted(connections, messages, took.toMillis()));
    }

    private void talk(SocketStream stream, String name) {
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
