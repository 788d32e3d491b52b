package io.anyio.benchmarks.stream;

/** A stream from workers to workers. */
interface Pipe {

    /** Gives an item away, and waits where there is no room. */
    void send(String item) throws InterruptedException;

    /** Takes an item, and waits for it. */
    String receive() throws InterruptedException;
}
