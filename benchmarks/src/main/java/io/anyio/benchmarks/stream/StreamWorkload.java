package io.anyio.benchmarks.stream;

/** The workloads that pass items between workers, for every library. */
interface StreamWorkload {

    /** Runs senders and as many receivers on one stream; an operation is one item. */
    void between(int senders, int items);

    /**
     * Runs workers in a chain, each of which receives from the previous one; an operation is one item on one stream.
     */
    void chain(int streams, int hops);
}
