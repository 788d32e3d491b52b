package io.anyio.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Why the system refused, as a part of a message: an exception of the JDK may have none. */
final class Reason {
    private Reason() {}

    static String of(IOException failure) {
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        return failure instanceof ClosedChannelException
                ? "the socket was closed meanwhile"
                : failure.getClass().getSimpleName();
    }
}
