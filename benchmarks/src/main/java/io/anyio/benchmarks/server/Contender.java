package io.anyio.benchmarks.server;

import java.io.IOException;

/** A server and its clients, which take turns with another server and its clients. */
public interface Contender extends AutoCloseable {

    /** Begins a measurement. */
    void begin() throws IOException;

    /** Serves the clients for a moment, while the other server rests. */
    void takeTurn() throws Exception;

    /** Ends the clients, then the server. */
    @Override
    void close();
}
