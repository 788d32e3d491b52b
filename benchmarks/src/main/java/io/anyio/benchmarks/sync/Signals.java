package io.anyio.benchmarks.sync;

/**
 * A kind of signal that is given once.
 *
 * @param <S> one signal
 */
interface Signals<S> {

    /** A new one. */
    S create();

    /** Gives it. */
    void give(S signal);

    /** Waits until it has been given. */
    void await(S signal) throws InterruptedException;
}
