package io.anyio.examples;

import io.anyio.net.ListenOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that the servers share, and the line that announces them. */
final class Listening {
    @Option(names = "--host", paramLabel = "ADDRESS", description = "the address to listen on")
    String host = "127.0.0.1";

    @Option(
            names = "--tcp-nodelay",
            arity = "1",
            paramLabel = "BOOL",
            description = "whether small segments are sent immediately")
    boolean tcpNoDelay = true;

    ListenOptions options() {
        return ListenOptions.DEFAULTS
                .withTcpNoDelay(tcpNoDelay)
                .withSpread(true)
                .withGracePeriod(Duration.ofSeconds(1));
    }

    /** Tells users, and programs that wait for it, that the server is ready. */
    void announce(int port) {
        boolean bareIpv6 = host.contains(":") && !host.startsWith("[");
        System.out.println("listening on " + (bareIpv6 ? "[" + host + "]" : host) + ":" + port);
    }
}
