package io.anyio.examples;

import io.anyio.net.Tcp;
import java.util.List;

/** A server that echoes what it receives, with a task for each connection. */
final class EchoServer implements Example {
    private static final Option PORT = Listening.port(7007);

    @Override
    public String name() {
        return "echo-server";
    }

    @Override
    public String summary() {
        return "echoes what it receives; try it with nc";
    }

    @Override
    public List<Option> options() {
        return List.of(Listening.HOST, PORT, Listening.TCP_NODELAY);
    }

    @Override
    public boolean needsNetwork() {
        return true;
    }

    @Override
    public void run(CommandLine line) {
        String host = line.text(Listening.HOST);
        try (var listener = Tcp.listen(host, line.number(PORT), Listening.options(line))) {
            Listening.announce(host, listener.port());
            listener.serve(stream -> {
                while (true) {
                    stream.send(stream.receive());
                }
            });
        }
    }
}
