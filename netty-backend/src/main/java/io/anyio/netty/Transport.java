package io.anyio.netty;

import io.anyio.netty.transport.TransportKind;

/** The I/O mechanism below Netty's channels. */
public enum Transport {

    /** The JDK's own selectors; available everywhere. */
    NIO(TransportKind.NIO),

    /** Linux's epoll, through a native library. */
    EPOLL(TransportKind.EPOLL),

    /** The kqueue of macOS, through a native library. */
    KQUEUE(TransportKind.KQUEUE),

    /** Linux's io_uring, through a native library; needs the artifact {@code netty-transport-native-io_uring}. */
    IO_URING(TransportKind.IO_URING);

    private final TransportKind kind;

    Transport(TransportKind kind) {
        this.kind = kind;
    }

    TransportKind kind() {
        return kind;
    }

    /**
     * Returns the name as it is printed and as options by name spell it: {@code nio}, {@code epoll}, {@code kqueue},
     * {@code io_uring}.
     */
    public String label() {
        return kind.label();
    }
}
