package io.anyio.spi;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The open connections of one loop, with the number of bytes that each has to send: sent by tasks and not yet taken by
 * the operating system. For {@link LoopDriver#bytesToSend}. AnyIO has no counterpart.
 *
 * <p>A send costs nothing here: the connections are asked when the sum is wanted.
 */
public final class BytesToSend {
    /*
     * The map is written on one thread only, so the lock of a bin is never contended. Readers need no lock.
     */

    private final Map<Object, LongSupplier> connections = new ConcurrentHashMap<>(); // written on the loop's thread

    private BytesToSend() {}

    /** Creates an empty set of connections. */
    public static BytesToSend create() {
        return new BytesToSend();
    }

    /**
     * Adds a connection. Called on the loop's thread only.
     *
     * @param connection the key of the connection, such as its channel
     * @param bytes returns how many bytes it has to send; called by any thread, and must not wait
     */
    public void add(Object connection, LongSupplier bytes) {
        connections.put(Objects.requireNonNull(connection, "connection"), Objects.requireNonNull(bytes, "bytes"));
    }

    /** Removes a connection, if it is present. Called on the loop's thread only. */
    public void remove(Object connection) {
        connections.remove(Objects.requireNonNull(connection, "connection"));
    }

    /** Returns the sum over the connections, which are asked one after the other. May be called from any thread. */
    public long sum() {
        long sum = 0;
        for (LongSupplier bytes : connections.values()) {
            sum += Math.max(0, bytes.getAsLong()); // counters that are read one after the other may not fit together
        }
        return sum;
    }
}
