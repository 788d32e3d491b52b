package io.anyio.benchmarks.server;

import java.net.InetSocketAddress;

/**
 * A server that listens, and whose cost can be measured.
 *
 * @param name what it is, with the versions of its libraries, for the record
 * @param address where it listens
 * @param usage what it has used so far
 * @param closing ends the server and its threads
 */
public record MeasuredServer(String name, InetSocketAddress address, ServerUsage usage, Runnable closing)
        implements AutoCloseable {

    /** Ends the server. */
    @Override
    public void close() {
        closing.run();
    }
}
