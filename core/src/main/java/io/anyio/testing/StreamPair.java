package io.anyio.testing;

import java.util.Objects;

/**
 * The two ends of a connection that a contract verifies.
 *
 * <p>AnyIO has no counterpart; trio's {@code check_two_way_stream} takes a maker of such a pair.
 *
 * @param sender the end that is sent to first
 * @param receiver the end that is received from first
 * @param <S> the type of the sending end
 * @param <R> the type of the receiving end
 */
public record StreamPair<S extends AutoCloseable, R extends AutoCloseable>(S sender, R receiver) {
    /** Makes a pair. No argument may be null. */
    public StreamPair {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(receiver, "receiver");
    }

    /**
     * Makes the connections of a contract, one for each check.
     *
     * @param <S> the type of the sending end
     * @param <R> the type of the receiving end
     */
    @FunctionalInterface
    public interface Maker<S extends AutoCloseable, R extends AutoCloseable> {

        /** Makes a new connection. Called by a task, which closes both ends. */
        StreamPair<S, R> make() throws Exception;
    }
}
