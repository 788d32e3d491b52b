package io.anyio.benchmarks.peers;

import io.netty.util.Version;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.transport.Transport;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Vert.x with one event loop, which runs the handlers of requests or hands requests to virtual threads. */
final class VertxServer {
    private static final int PATIENCE_SECONDS = 20;

    private VertxServer() {}

    /** Starts the server; the arguments are the transport and Vert.x's threading model. */
    public static void main(String[] args) throws Exception {
        Transport transport = transport(args[0]);
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(transport)
                .build();
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true))
                .requestHandler(VertxServer::answer);
        // a server belongs to the context in which it starts to listen
        Deployable listening = _ -> server.listen();
        vertx.deployVerticle(listening, new DeploymentOptions().setThreadingModel(ThreadingModel.valueOf(args[1])))
                .await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        ServerProgram.serve(
                server.actualPort(),
                "Vert.x " + Vertx.class.getPackage().getImplementationVersion() + " " + args[1] + " on "
                        + transport.name() + ", Netty "
                        + Objects.requireNonNull(Version.identify().get("netty-common"))
                                .artifactVersion());
    }

    private static Transport transport(String name) {
        Transport transport = switch (name) {
            case "nio" -> Transport.NIO;
            case "epoll" -> Transport.EPOLL;
            case "io_uring" -> Transport.IO_URING;
            default -> throw new IllegalArgumentException("Vert.x is not measured on " + name);
        };
        if (!transport.available()) {
            throw new IllegalStateException("Vert.x has no " + name, transport.unavailabilityCause());
        }
        return transport;
    }

    private static void answer(HttpServerRequest request) {
        var _ = request.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, ServerProgram.TEXT)
                .end(ServerProgram.BODY);
    }
}
