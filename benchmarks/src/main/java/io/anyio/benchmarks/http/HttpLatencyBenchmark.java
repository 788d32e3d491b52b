package io.anyio.benchmarks.http;

import io.anyio.benchmarks.server.LatencyBenchmark;
import io.anyio.benchmarks.server.MeasuredServer;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;

/** Measures the latencies of an HTTP server at half of the rate that a hand-written handler can answer. */
public class HttpLatencyBenchmark extends LatencyBenchmark {

    /** The style of our server; see {@link HttpServer}. */
    @Param({"connection-tasks", "request-tasks", "jdk-threads"})
    public String style = "";

    /** The style of the server that it is compared with. */
    @Param("handler")
    public String baseline = "";

    /** The number of connections of each server. */
    @Param("64")
    public int connections;

    @Override
    protected String style() {
        return style;
    }

    @Override
    protected String baseline() {
        return baseline;
    }

    @Override
    protected MeasuredServer server(String named) throws Exception {
        return HttpServer.open(loop, named);
    }

    @Override
    protected Load load(MeasuredServer server) throws IOException {
        return new Load(HelloExchange.with(server.address()), connections, 1);
    }
}
