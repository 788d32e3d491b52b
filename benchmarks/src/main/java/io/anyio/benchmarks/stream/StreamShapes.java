package io.anyio.benchmarks.stream;

/** What everybody plays who passes items on between workers. */
interface StreamShapes {

    /** Workers that send and as many that receive, over one stream; an operation is one item. */
    void between(int senders, int items);

    /** Workers in a row, each of which receives from the one before; an operation is one item's way over one stream. */
    void chain(int streams, int hops);
}
