package io.anyio.netty.transport;

import java.util.Locale;

/** The transports of Netty. {@code Transport} is their public form. */
public enum TransportKind {
    NIO,
    EPOLL,
    KQUEUE,
    IO_URING;

    /** Returns the name as it is printed and as options by name spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
