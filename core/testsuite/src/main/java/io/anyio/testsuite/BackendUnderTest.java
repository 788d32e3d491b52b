package io.anyio.testsuite;

import io.anyio.Backends;
import io.anyio.spi.BackendOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The backend that the suite tests in this JVM. A module that runs the suite implements this interface once, announces
 * the class through {@link java.util.ServiceLoader}, and lets Surefire scan this artifact for tests.
 *
 * <p>The options of the backend must include {@code transport}, {@code loops} and {@code debug}.
 */
public interface BackendUnderTest {

    /** Returns the name of the backend, as {@code AnyIO.run(main, name)} spells it. */
    String name();

    /** Returns the names of its transports that are available on this machine, the most portable one first. */
    List<String> transports();

    /**
     * Returns the number of channels that the current run has open on its first loop, listeners included. For tasks.
     */
    int openChannels() throws Exception;

    /** Returns whether its loops accept connections and receive bytes that no task has asked for yet. */
    default boolean worksAhead() {
        return true;
    }

    /** Fails if memory of the backend has been lost. Called after each test of TCP. */
    default void assertNoLeaks() {}

    /** Returns new event loops of another framework to which runs can be attached, or empty if there are none. */
    default Optional<ForeignLoops> foreignLoops(int count) {
        return Optional.empty();
    }

    /** Returns the default options. */
    default BackendOptions options() {
        return options(Map.of());
    }

    /** Returns options by their names. */
    default BackendOptions options(Map<String, ?> options) {
        return Backends.options(name(), options);
    }

    /** Returns options with this number of loops. */
    default BackendOptions withLoops(int loops) {
        return options(Map.of("loops", loops));
    }

    /** Returns the announced implementation. */
    static BackendUnderTest get() {
        return Announced.INSTANCE;
    }
}
