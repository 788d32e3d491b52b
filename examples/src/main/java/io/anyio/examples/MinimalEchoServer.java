package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.net.Tcp;

/** The program of the README. */
public final class MinimalEchoServer {
    private MinimalEchoServer() {}

    /** Listens on the port given as first argument, or on 7007. */
    public static void main(String[] args) {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 7007;
        AnyIO.run(() -> {
            try (var listener = Tcp.listen("127.0.0.1", port)) {
                System.out.println("listening on port " + listener.port());
                // one task per connection, until the client ends its sending
                listener.serve(stream -> {
                    while (true) {
                        stream.send(stream.receive());
                    }
                });
            }
        });
    }
}
