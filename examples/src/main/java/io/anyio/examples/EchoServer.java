package io.anyio.examples;

import io.anyio.net.ListenOptions;
import io.anyio.net.Tcp;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A server that sends back what it gets, a task for each connection. */
final class EchoServer implements Example {

    @Override
    public String name() {
        return "echo-server";
    }

    @Override
    public String summary() {
        return "sends back what it gets; try it with nc";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("host", "ADDRESS      the address to listen on (default: 127.0.0.1)");
        options.put("port", "N            the port to listen on, 0 for any (default: 7007)");
        options.put("tcp-nodelay", "BOOL    whether small segments are sent at once (default: true)");
        return options;
    }

    @Override
    public void run(CommandLine line) {
        String host = line.text("host", "127.0.0.1");
        int port = line.number("port", 7007, 0, 65535);
        ListenOptions options = ListenOptions.DEFAULTS
                .withTcpNoDelay(line.flag("tcp-nodelay", true))
                .withSpread(true)
                .withGracePeriod(Duration.ofSeconds(1));
        try (var listener = Tcp.listenTcp(host, port, options)) {
            System.out.println("listening on " + host + ":" + listener.port());
            listener.serve(stream -> {
                while (true) {
                    stream.send(stream.receive());
                }
            });
        }
    }
}
