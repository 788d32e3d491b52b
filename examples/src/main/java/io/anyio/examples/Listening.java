package io.anyio.examples;

import io.anyio.net.ListenOptions;
import java.time.Duration;

/** The options that the servers share, and the line that announces them. */
final class Listening {
    static final Option HOST = Option.address("host", "the address to listen on", "127.0.0.1");
    static final Option TCP_NODELAY = Option.flag("tcp-nodelay", "whether small segments are sent immediately", true);

    private Listening() {}

    static Option port(int otherwise) {
        return Option.number("port", "N", "the port to listen on, 0 for any", otherwise, 0, 65535);
    }

    static ListenOptions options(CommandLine line) {
        return ListenOptions.DEFAULTS
                .withTcpNoDelay(line.flag(TCP_NODELAY))
                .withSpread(true)
                .withGracePeriod(Duration.ofSeconds(1));
    }

    /** Tells users, and programs that wait for it, that the server is ready. */
    static void announce(String host, int port) {
        boolean bareIpv6 = host.contains(":") && !host.startsWith("[");
        System.out.println("listening on " + (bareIpv6 ? "[" + host + "]" : host) + ":" + port);
    }
}
