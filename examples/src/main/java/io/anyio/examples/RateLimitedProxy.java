package io.anyio.examples;

import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.ByteReceiveStream;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A proxy that connects each client to a server and limits the rate in both directions. A slow receiver slows its
 * sender down: a relay receives only what it has sent on.
 */
@Command(name = "proxy", description = "passes connections on to a server, with a limited rate")
final class RateLimitedProxy extends Example {
    /** Small, so that the bytes flow evenly. */
    private static final int CHUNK = 4096;

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--port", paramLabel = "N", description = "the port to listen on, 0 for any")
    private int port = 7009;

    @Option(names = "--target-host", paramLabel = "HOST", description = "the server's host")
    private String targetHost = "127.0.0.1";

    @Option(names = "--target-port", paramLabel = "N", description = "the server's port")
    private int targetPort = 7007;

    @Option(names = "--rate", paramLabel = "N", description = "bytes per second in each direction")
    private long rate = 100_000;

    @Override
    void run() {
        try (var listener = Tcp.listen(listening.host, port, listening.options())) {
            listening.announce(listener.port());
            serve(listener, targetHost, targetPort, rate);
        }
    }

    /** Passes connections on until cancelled. */
    static void serve(SocketListener listener, String host, int port, long rate) {
        listener.serve(client -> {
            try (SocketStream server = Tcp.connect(host, port)) {
                relay(client, server, rate);
            }
        });
    }

    /** Passes bytes on in both directions until both have ended. If one breaks, the other one is cancelled. */
    static void relay(ByteStream client, ByteStream server, long rate) {
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("to the server"), () -> copy(client, server, new RateLimiter(rate)));
            group.startSoon(TaskOptions.named("to the client"), () -> copy(server, client, new RateLimiter(rate)));
        });
    }

    private static void copy(ByteReceiveStream from, ByteStream to, RateLimiter limiter) {
        try {
            while (true) {
                byte[] bytes = from.receive(CHUNK);
                limiter.acquire(bytes.length);
                to.send(bytes);
            }
        } catch (EndOfStreamException end) {
            to.sendEof();
        }
    }
}
