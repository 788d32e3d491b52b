package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.server.CostBenchmark;
import io.anyio.benchmarks.server.Exchange;
import io.anyio.benchmarks.server.MeasuredServer;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures how many messages an echo server of tasks serves in the CPU time of one message of another server, most
 * often a handler of Netty, and what a message costs both.
 *
 * <p>Both have Netty's default allocator, {@code TCP_NODELAY} and the system's socket buffers.
 */
public class PairedEchoBenchmark extends CostBenchmark {
    private static final int UNDER_WAY = 16;

    /** The style of our server; see {@link EchoServer}. */
    @Param("anyio")
    public String style = "";

    /** The style of the server that it is compared with. */
    @Param("netty")
    public String baseline = "";

    /** The size of a message, in bytes. */
    @Param({"64", "1024", "16384"})
    public int size;

    /** The number of connections of each server, each with 16 messages under way. */
    @Param({"1", "64"})
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
        return EchoServer.open(loop, named);
    }

    @Override
    protected Load load(MeasuredServer server) {
        byte[] message = new byte[size];
        for (int i = 0; i < size; i++) {
            message[i] = (byte) (i % 251); // a prime, so that moved bytes are noticed
        }
        return new Load(Exchange.of(message, message), connections, UNDER_WAY);
    }
}
