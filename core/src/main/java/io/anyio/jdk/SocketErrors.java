package io.anyio.jdk;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.channels.Channel;
import java.nio.channels.UnsupportedAddressTypeException;

/** Converts failures of opening a socket to the exception types that callers expect, with the system's message. */
final class SocketErrors {
    /** Thrown instead of a failure for whose description there is no memory. */
    @SuppressWarnings("StaticAssignmentOfThrowable") // its trace tells nothing
    private static final IOException NO_MEMORY = new IOException("There was no memory left");

    private SocketErrors() {}

    /** Returns an unexpected failure as one of the connection. Never throws. */
    static IOException unexpected(Throwable cause) {
        try {
            return cause instanceof IOException known
                    ? known
                    : new IOException("An unexpected failure: " + cause, cause);
        } catch (Throwable noMemory) { // or a failure that cannot be printed
            return NO_MEMORY;
        }
    }

    /** Closes a channel. Never throws. */
    static void close(Channel channel) {
        try {
            channel.close();
        } catch (Throwable notClosed) {
            // the system has released it nevertheless, or the end of the loop closes it
        }
    }

    /** Returns the failure of binding a socket. */
    static IOException binding(Exception cause) {
        return cause instanceof BindException known ? known : with(cause, new BindException(words(cause)));
    }

    /** Returns the failure of connecting a socket. */
    static IOException connecting(Exception cause) {
        return cause instanceof IOException known && cause.getMessage() != null
                ? known
                : with(cause, new ConnectException(words(cause)));
    }

    private static IOException with(Exception cause, IOException failure) {
        failure.initCause(cause);
        return failure;
    }

    private static String words(Exception cause) {
        return switch (cause) {
            case UnsupportedOperationException _, UnsupportedAddressTypeException _ ->
                "Address family not supported by protocol";
            case IOException _ when cause.getMessage() != null -> cause.getMessage();
            default -> cause.getClass().getSimpleName();
        };
    }
}
