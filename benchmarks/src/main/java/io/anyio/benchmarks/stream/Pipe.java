package io.anyio.benchmarks.stream;

/** A stream from workers to workers. */
interface Pipe {

    /** Sends an item; waits while there is no room. */
    void send(String item) throws InterruptedException;

    /** Receives an item; waits until there is one. */
    String receive() throws InterruptedException;
}
