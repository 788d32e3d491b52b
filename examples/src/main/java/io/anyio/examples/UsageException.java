package io.anyio.examples;

import org.jspecify.annotations.Nullable;

/** Thrown when the command line is not valid. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String usage;

    /** Creates an exception with the usage to print before the message, if it helps. */
    UsageException(String message, @Nullable String usage) {
        super(message);
        this.usage = usage;
    }

    String usage() {
        return usage == null ? "" : usage;
    }
}
