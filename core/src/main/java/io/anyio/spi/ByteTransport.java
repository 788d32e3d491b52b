package io.anyio.spi;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connected byte stream. The core ensures that at most one task reads and at most one writes at a time.
 *
 * <p>Every method that fails for an external reason throws {@link IOException} with the message of the operating
 * system. After {@link #close} or {@link #abort} every method throws {@link java.nio.channels.ClosedChannelException},
 * also in a task that is already waiting.
 *
 * <p>AnyIO: {@code SocketStream} as its backends implement it.
 */
public interface ByteTransport {

    /**
     * Waits until bytes can be read, and returns their number, or -1 at the orderly end of the stream. Data that
     * arrived before the end, or before a failure, comes first. May return immediately without a switch of tasks.
     */
    int awaitReadable() throws IOException;

    /** Takes bytes that {@link #awaitReadable} announced, as many as fit. Never waits. */
    int read(ByteBuffer target) throws IOException;

    /**
     * Combines {@link #awaitReadable} and {@link #read}: waits until there are bytes, then takes as many as fit, at
     * least one. Returns -1 at the orderly end of the stream. When cancelled, it has taken nothing. {@code target}
     * needs room.
     */
    default int receive(ByteBuffer target) throws IOException {
        return awaitReadable() < 0 ? -1 : read(target);
    }

    /** Receives as {@link #receive(ByteBuffer)}, into a new array of at most {@code max} bytes; null at the end. */
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
     * Waits until there is room, then takes some bytes of {@code source}, at least one if it has any, and moves its
     * position past them. The caller may reuse these bytes immediately. They go to the operating system at the end of
     * the drain or before. When cancelled, the position tells how much was taken.
     */
    void write(ByteBuffer source) throws IOException;

    /** Waits until all bytes taken so far have been handed to the operating system. */
    void flush() throws IOException;

    /** Sends the end of the stream after what was written; reading remains possible. Does not wait. Idempotent. */
    void shutdownOutput() throws IOException;

    /**
     * Sends what was written, then closes. Wakes waiting tasks. Does not wait. Idempotent. May be called from any
     * thread. A peer that does not take the bytes may delay the end for some seconds, for longer only while a task is
     * in {@link #awaitClosed}.
     */
    void close();

    /**
     * After {@link #close}, waits until what was written has been handed to the operating system. When cancelled, this
     * continues without the task.
     */
    default void awaitClosed() throws IOException {}

    /**
     * Closes immediately and drops what was not sent; the peer sees a reset. Idempotent. May be called from any thread.
     */
    void abort();

    /** Returns the local address; a UNIX-domain address is empty if the socket has no name. */
    SocketAddress localAddress();

    /** Returns the address of the peer; a UNIX-domain address is empty if the peer has no name. */
    SocketAddress remoteAddress();

    /** Returns the number of the loop that serves this transport, counted from 0. */
    int loop();
}
