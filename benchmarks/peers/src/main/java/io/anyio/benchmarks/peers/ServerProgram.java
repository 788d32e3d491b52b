package io.anyio.benchmarks.peers;

import java.io.IOException;
import java.io.OutputStream;

/** What the programs have in common: the answer, and how they begin and end. */
final class ServerProgram {
    static final String TEXT = "text/plain";
    static final String BODY = "Hello, World!";

    private ServerProgram() {}

    /** Prints where a server listens, and ends the JVM when its standard input ends. */
    static void serve(int port, String name) throws IOException {
        System.out.println("listening " + port + " " + name);
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }
}
