package io.anyio.spi;

/**
 * The options of one backend, which also open it. Implementations are immutable.
 *
 * <p>AnyIO: {@code backend_options}.
 */
public interface BackendOptions {

    /** The backend these options belong to. */
    String backend();

    /**
     * Opens the backend for one run, on the thread that is going to wait for it.
     *
     * @throws IllegalStateException when it cannot be had, or not from this thread; the message says what to do
     */
    Backend open();
}
