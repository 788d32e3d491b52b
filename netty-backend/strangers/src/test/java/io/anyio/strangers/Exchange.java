package io.anyio.strangers;

/** One request and its answer, by means of another library. */
@FunctionalInterface
interface Exchange {
    void run() throws Exception;
}
