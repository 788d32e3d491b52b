package io.anyio.netty;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.regex.Pattern;

/**
 * What the operating system said, in the JDK's types and words whatever the transport: Netty's native ones have types
 * of their own and name the system call.
 */
final class SystemErrors {

    /** What Netty puts before the system's words. */
    private static final Pattern CALL = Pattern.compile("^[\\w ]+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

    private SystemErrors() {}

    /** The failure of an open connection, or of accepting one. */
    static IOException precise(Throwable cause) {
        Throwable system = unwrapped(cause instanceof ChannelOutputShutdownException ? reason(cause) : cause);
        if (system instanceof Errors.NativeIoException) {
            return told(new SocketException(words(system)), system);
        }
        return asIOException(system);
    }

    /** The failure of binding a socket. */
    static IOException binding(Throwable cause) {
        Throwable system = unwrapped(cause);
        if (system instanceof BindException || !(system instanceof IOException)) {
            return asIOException(system);
        }
        return told(new BindException(words(system)), system);
    }

    /** The failure of connecting, where the local address is bound first. */
    static IOException connecting(Throwable cause) {
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
        if (system instanceof ConnectException && !words(system).equals(system.getMessage())) {
            return told(new ConnectException(words(system)), system);
        }
        return asIOException(system);
    }

    private static boolean isOfBinding(Throwable system) {
        return system instanceof BindException
                || (system.getMessage() != null && system.getMessage().startsWith("bind(")); // the call's name
    }

    /** Netty wraps what a channel's constructor and options throw. */
    private static Throwable unwrapped(Throwable cause) {
        return cause instanceof ChannelException && cause.getCause() instanceof IOException system ? system : cause;
    }

    /** What has made Netty shut down the output. */
    private static Throwable reason(Throwable cause) {
        return cause.getCause() == null ? cause : cause.getCause();
    }

    private static String words(Throwable system) {
        return CALL.matcher(String.valueOf(system.getMessage())).replaceFirst("");
    }

    private static IOException told(IOException inTheJdksType, Throwable system) {
        inTheJdksType.initCause(system);
        return inTheJdksType;
    }

    private static IOException asIOException(Throwable cause) {
        return cause instanceof IOException failure
                ? failure
                : new IOException(String.valueOf(cause.getMessage()), cause);
    }
}
