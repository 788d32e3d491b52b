package io.anyio.benchmarks.http;

import io.anyio.benchmarks.Forks;
import io.anyio.benchmarks.server.CostBenchmark;
import io.anyio.benchmarks.server.MeasuredServer;
import io.anyio.benchmarks.server.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures what an HTTP request costs the whole process of a server, compared with a hand-written handler. Each server
 * is in a JVM of its own with one processor, so that servers of other libraries can take part: Vert.x with its event
 * loop ({@code vertx}) and on virtual threads ({@code vertx-threads}), Helidon ({@code helidon}). Any style of
 * {@link HttpServer} is possible, too.
 *
 * <p>Helidon uses blocking sockets, whatever the parameter {@code loop} says.
 */
public class HttpProcessBenchmark extends CostBenchmark {
    private static final String PEERS = "io.anyio.benchmarks.peers.";

    /** The server. */
    @Param({"vertx", "vertx-threads", "helidon", "jdk-threads"})
    public String style = "";

    /** The server that it is compared with. */
    @Param("handler")
    public String baseline = "";

    /** The number of connections of each server. */
    @Param("64")
    public int connections;

    /** The number of requests under way on each connection; more than one means that they are pipelined. */
    @Param({"1", "16"})
    public int underWay;

    @Override
    protected String style() {
        return style;
    }

    @Override
    protected String baseline() {
        return baseline;
    }

    /** Compilers with a share of one processor need longer, and nothing tells when they are done. */
    @Override
    protected int warmUpSeconds() {
        return 10;
    }

    @Override
    protected MeasuredServer server(String named) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                Forks.LOOP_CARRIER,
                Forks.NATIVE_ACCESS,
                Forks.UNSAFE,
                Forks.NO_LEAK_DETECTION,
                Forks.A_POLL_FOR_EACH_WAIT,
                "-cp"));
        arguments.addAll(
                switch (named) {
                    case "vertx" -> List.of(peers(), PEERS + "VertxServer", loop, "EVENT_LOOP");
                    case "vertx-threads" -> List.of(peers(), PEERS + "VertxServer", loop, "VIRTUAL_THREAD");
                    case "helidon" -> List.of(peers(), PEERS + "HelidonServer");
                    default ->
                        List.of(System.getProperty("java.class.path"), HttpServerProcess.class.getName(), loop, named);
                });
        return ServerProcess.start(pinned, arguments);
    }

    /** Returns the class path of the other libraries, which the build puts beside this module's output. */
    private static String peers() throws IOException, URISyntaxException {
        Path ours = Path.of(HttpProcessBenchmark.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()); // target/classes or target/benchmarks.jar
        Path target = ours.resolveSibling(Path.of("..", "peers", "target")).normalize();
        if (!Files.isDirectory(target.resolve("lib"))) {
            throw new IOException("There are no other libraries in " + target + "; run ./mvnw package -DskipTests");
        }
        return target.resolve("classes") + File.pathSeparator + target.resolve("lib") + File.separator + "*";
    }

    @Override
    protected Load load(MeasuredServer server) throws IOException {
        return new Load(HelloExchange.with(server.address()), connections, underWay);
    }
}
