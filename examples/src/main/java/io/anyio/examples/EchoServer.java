package io.anyio.examples;

import io.anyio.net.Tcp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A server that echoes what it receives, with a task for each connection. */
@Command(name = "echo-server", description = "echoes what it receives; try it with nc")
final class EchoServer extends Example {
    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--port", paramLabel = "N", description = "the port to listen on, 0 for any")
    private int port = 7007;

    @Override
    void run() {
        try (var listener = Tcp.listen(listening.host, port, listening.options())) {
            listening.announce(listener.port());
            listener.serve(stream -> {
                while (true) {
                    stream.send(stream.receive());
                }
            });
        }
    }
}
