package io.anyio.benchmarks.sync;

/**
 * A kind of signal that is given once.
 *
 * @param <S> the type of a signal
 */
interface Signals<S> {

    /** Creates a signal. */
    S create();

    /** Gives a signal. */
    void give(S signal);

    /** Waits until a signal has been given. */
    void await(S signal) throws InterruptedException;
}
