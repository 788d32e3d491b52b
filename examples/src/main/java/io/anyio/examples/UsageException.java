package io.anyio.examples;

import org.jspecify.annotations.Nullable;

/** The command line asks for something that is not there. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String usage;

    /** What is wrong, and the usage to print before it, if that would help. */
    UsageException(String message, @Nullable String usage) {
        super(message);
        this.usage = usage;
    }

    String usage() {
        return usage == null ? "" : usage;
    }
}
