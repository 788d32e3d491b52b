package io.anyio.spi;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connected byte stream. Core lets at most one task read and one task write at a time.
 *
 * <p>Every method that fails for an outside reason throws {@link IOException} with the system's own message; after
 * {@link #close} or {@link #abort} every method throws {@link java.nio.channels.ClosedChannelException}, also in a task
 * that was already waiting.
 *
 * <p>AnyIO: {@code SocketStream} as its backends implement it.
 */
public interface ByteTransport {

    /**
     * Waits until bytes can be read and says how many are there, or -1 at the orderly end of the stream. Data that
     * arrived before the end, or before a failure, comes first. May return at once without a switch.
     */
    int awaitReadable() throws IOException;

    /** Takes bytes that {@link #awaitReadable} announced, as many as fit; never waits. */
    int read(ByteBuffer target) throws IOException;

    /**
     * {@link #awaitReadable} and {@link #read} in one: waits until there are bytes, then takes as many as fit, at least
     * one; -1 at the orderly end of the stream. When cancelled, nothing was taken. {@code target} has room.
     */
    default int receive(ByteBuffer target) throws IOException {
        return awaitReadable() < 0 ? -1 : read(target);
    }

    /** {@link #receive(ByteBuffer)} into an array of the right length, at most {@code max}; {@code null} at the end. */
    default byte @Nullable [] receive(int max) throws IOException {
        int available = awaitReadable();
        if (available < 0) {
            return null;
        }
        byte[] bytes = new byte[Math.min(available, max)];
        read(ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Waits until there is room, then takes over some bytes of {@code source}, at least one if it has any, and moves
     * its position past them. The caller may reuse them at once. The bytes go to the operating system at the end of the
     * drain. When cancelled, the position tells what has been taken.
     */
    void write(ByteBuffer source) throws IOException;

    /** Waits until all bytes taken so far were handed to the operating system. */
    void flush() throws IOException;

    /** Sends the end of the stream behind what was written; reading goes on. Does not wait. Idempotent. */
    void shutdownOutput() throws IOException;

    /** Sends what was written, then closes, without waiting. Wakes waiting tasks. Idempotent, any thread. */
    void close();

    /**
     * After {@link #close}: waits until what was written has been handed to the operating system. When cancelled, that
     * goes on without the task.
     */
    default void awaitClosed() throws IOException {}

    /** Closes at once and drops what was not sent; the peer sees a reset. Idempotent, any thread. */
    void abort();

    /** Our side of the connection. */
    InetSocketAddress localAddress();

    /** The peer's side of the connection. */
    InetSocketAddress remoteAddress();

    /** The loop, counted from 0, that carries this transport. */
    int loop();
}
