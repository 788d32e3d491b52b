package io.anyio.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** The reason of the operating system's refusal, as part of a message; an exception of the JDK may have no message. */
final class Reason {
    private Reason() {}

    static String of(IOException failure) {
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        return failure instanceof ClosedChannelException
                ? "the socket was closed during the call"
                : failure.getClass().getSimpleName();
    }
}
