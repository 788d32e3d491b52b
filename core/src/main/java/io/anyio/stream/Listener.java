package io.anyio.stream;

/**
 * A source of incoming connections. AnyIO: {@code Listener}.
 *
 * @param <T> the type of a connection
 */
public interface Listener<T> extends AutoCloseable {

    /**
     * Code that serves one connection, in a task of its own.
     *
     * @param <T> the type of a connection
     */
    @FunctionalInterface
    interface Handler<T> {

        /** Serves one connection. The connection is closed afterwards, also when this throws. */
        void handle(T connection) throws Exception;
    }

    /**
     * Accepts connections and runs {@code handler} for each in its own task, until cancelled or closed. A checkpoint.
     *
     * @throws io.anyio.resource.ClosedResourceException when the listener was closed, before or during the call
     */
    void serve(Handler<? super T> handler);

    /** Stops listening. Accepted connections stay open. Idempotent. May be called from any thread. Not a checkpoint. */
    @Override
    void close();
}
