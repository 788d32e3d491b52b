package io.anyio.benchmarks.peers;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Helidon, which has a virtual thread for each connection, on blocking sockets. */
final class HelidonServer {
    private HelidonServer() {}

    /** Starts the server. */
    public static void main(String[] args) throws IOException {
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(0)
                .connectionOptions(options -> options.tcpNoDelay(true))
                .routing(routing -> routing.get("/hello", HelidonServer::answer))
                .build()
                .start();
        ServerProgram.serve(
                server.port(), "Helidon " + WebServer.class.getPackage().getImplementationVersion());
    }

    private static void answer(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, ServerProgram.TEXT).send(ServerProgram.BODY);
    }
}
