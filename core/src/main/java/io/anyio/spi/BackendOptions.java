package io.anyio.spi;

/**
 * The options of one backend, from which it is opened. Implementations are immutable.
 *
 * <p>Their {@code toString()} names a test in reports, so it shows every option: the JUnit extension takes options of
 * one backend that show as the same text for the same, and runs a test with them once.
 *
 * <p>AnyIO: {@code backend_options}.
 */
public interface BackendOptions {

    /** Returns the name of the backend that these options belong to. */
    String backend();

    /**
     * Opens the backend for one run, on the thread that will wait for the run.
     *
     * @throws IllegalStateException when it is not available, or not from this thread; the message says what to do
     */
    Backend open();
}
