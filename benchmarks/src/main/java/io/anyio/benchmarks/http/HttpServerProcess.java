package io.anyio.benchmarks.http;

import io.anyio.benchmarks.server.MeasuredServer;
import java.io.OutputStream;

/** The program of a JVM that runs one of our HTTP servers until its standard input ends. */
final class HttpServerProcess {
    private HttpServerProcess() {}

    /** Starts the server whose loop and style are the arguments. */
    public static void main(String[] args) throws Exception {
        try (MeasuredServer server = HttpServer.open(args[0], args[1])) {
            System.out.println("listening " + server.address().getPort() + " " + server.name());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
