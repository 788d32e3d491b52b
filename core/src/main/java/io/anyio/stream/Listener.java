package io.anyio.stream;

/**
 * A place where connections come in. AnyIO: {@code Listener}.
 *
 * @param <T> the kind of connection
 */
public interface Listener<T> extends AutoCloseable {

    /**
     * What is done with one connection, in a task of its own.
     *
     * @param <T> the kind of connection
     */
    @FunctionalInterface
    interface Handler<T> {

        /** Serves one connection. It is closed afterwards, however this ends. */
        void handle(T connection) throws Exception;
    }

    /**
     * Accepts connections and runs {@code handler} for each in a task of its own, until cancelled or closed. A
     * checkpoint.
     *
     * @throws io.anyio.resource.ClosedResourceException when the listener was closed, before or meanwhile
     */
    void serve(Handler<? super T> handler);

    /** Stops listening. Connections that were accepted go on. Any thread; idempotent; not a checkpoint. */
    @Override
    void close();
}
