package io.anyio.benchmarks.http;

import io.anyio.benchmarks.server.CostBenchmark;
import io.anyio.benchmarks.server.MeasuredServer;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures what an HTTP request costs the loop of a server, compared with a hand-written handler behind the same codec
 * in the same JVM.
 */
public class PairedHttpBenchmark extends CostBenchmark {

    /** The style of our server; see {@link HttpServer}. */
    @Param({"connection-tasks", "request-tasks", "jdk-threads"})
    public String style = "";

    /** The style of the server that it is compared with. */
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

    @Override
    protected MeasuredServer server(String named) throws Exception {
        return HttpServer.open(loop, named);
    }

    @Override
    protected Load load(MeasuredServer server) throws IOException {
        return new Load(HelloExchange.with(server.address()), connections, underWay);
    }
}
