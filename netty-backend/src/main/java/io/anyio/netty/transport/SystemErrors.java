package io.anyio.netty.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.regex.Pattern;

/**
 * Converts failures of the operating system to the JDK's exception types and messages, the same on every transport.
 * Netty's native transports have types of their own and name the system call.
 */
public final class SystemErrors {

    /** The text that Netty puts before the system's message: the name of the call. */
    private static final Pattern CALL = Pattern.compile(
            "^(?:[\\w ]+\\((?:\\.\\.)?\\) failed(?: with error\\(-?\\d+\\))?|failed to create io_uring ring fd):? *");

    /** More causes are not examined: an exception may be its own cause. */
    private static final int MOST_CAUSES = 20;

    private SystemErrors() {}

    /** Returns the failure of an open connection, or of accepting one. */
    public static IOException precise(Throwable cause) {
        Throwable system = unwrapped(cause instanceof ChannelOutputShutdownException ? reason(cause) : cause);
        if (system instanceof Errors.NativeIoException) {
            return told(new SocketException(words(system)), system);
        }
        return asIOException(system);
    }

    /** Returns the failure of binding a socket. */
    public static IOException binding(Throwable cause) {
        Throwable system = unwrapped(cause);
        if (system instanceof BindException) {
            return asIOException(system);
        }
        return system instanceof IOException || system instanceof UnsupportedAddressTypeException
                ? told(new BindException(words(system)), system)
                : asIOException(system);
    }

    /** Returns the failure of connecting a socket, which includes binding its local address. */
    public static IOException connecting(Throwable cause) {
        Throwable system = unwrapped(cause);
        if (isOfBinding(system)) {
            return binding(system);
        }
        if (system instanceof Errors.NativeIoException error) {
            return told(
                    error.expectedErr() == Errors.ERROR_EHOSTUNREACH_NEGATIVE
                            ? new NoRouteToHostException(words(error))
                            : new ConnectException(words(error)),
                    system);
        }
        if (system instanceof UnsupportedAddressTypeException
                || (system instanceof ConnectException && !words(system).equals(system.getMessage()))) {
            return told(new ConnectException(words(system)), system);
        }
        return asIOException(system);
    }

    /** Returns the failure of opening event loops, with the system's message if there is one. */
    public static RuntimeException opening(RuntimeException failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof IOException || isOfCall(cause)) {
                return new UncheckedIOException(
                        "Cannot open the event loops: " + words(cause), told(new IOException(words(cause)), failure));
            }
            cause = cause.getCause();
        }
        return failure;
    }

    /** Returns whether Netty reports a failed call of the system with an exception that is no {@link IOException}. */
    private static boolean isOfCall(Throwable cause) {
        String message = cause.getMessage();
        return cause instanceof RuntimeException
                && message != null
                && CALL.matcher(message).find();
    }

    private static boolean isOfBinding(Throwable system) {
        return system instanceof BindException
                || (system.getMessage() != null && system.getMessage().startsWith("bind(")); // the call's name
    }

    /** Removes Netty's wrappers of failures in a channel's constructor and options, up to three with reflection. */
    private static Throwable unwrapped(Throwable cause) {
        Throwable system = cause;
        for (int wrapped = 0;
                wrapped < 3
                        && system.getCause() != null
                        && (system instanceof InvocationTargetException
                                || system.getCause() instanceof InvocationTargetException
                                || (system instanceof ChannelException && system.getCause() instanceof IOException));
                wrapped++) {
            system = system.getCause();
        }
        return system;
    }

    /** Returns the reason why Netty has shut down the output. */
    private static Throwable reason(Throwable cause) {
        return cause.getCause() == null ? cause : cause.getCause();
    }

    /** Returns the system's message without the call. Where Netty has dropped the message, returns its usual text. */
    private static String words(Throwable system) {
        String message = system.getMessage();
        if (message == null || isSilent(system)) {
            return switch (system) {
                case NoRouteToHostException _ -> "Network is unreachable or no route to host";
                case FileNotFoundException _ -> "No such file or directory";
                case UnsupportedAddressTypeException _ -> "Address family not supported by protocol";
                case ClosedChannelException _ -> "The socket was closed meanwhile";
                default -> system.getClass().getSimpleName();
            };
        }
        String words = CALL.matcher(message).replaceFirst("");
        return words.isBlank() ? message : words;
    }

    /** Returns whether an exception has no message, or only an address that Netty has appended. */
    private static boolean isSilent(Throwable system) {
        String message = system.getMessage();
        return message == null || message.isBlank() || message.equals("null") || message.startsWith("null: ");
    }

    private static IOException told(IOException inTheJdksType, Throwable system) {
        inTheJdksType.initCause(system);
        return inTheJdksType;
    }

    private static IOException asIOException(Throwable cause) {
        if (cause instanceof IOException failure
                && (!isSilent(cause) || cause instanceof ClosedChannelException)) { // callers look for this type
            return failure;
        }
        return told(
                cause instanceof NoRouteToHostException
                        ? new NoRouteToHostException(words(cause))
                        : new IOException(words(cause)),
                cause);
    }
}
