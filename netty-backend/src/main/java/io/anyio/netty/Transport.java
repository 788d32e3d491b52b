package io.anyio.netty;

import java.util.Locale;

/** The I/O mechanism below Netty's channels. */
public enum Transport {

    /** The JDK's own selectors; available everywhere. */
    NIO,

    /** Linux's epoll, through a native library. */
    EPOLL,

    /** The kqueue of macOS, through a native library. */
    KQUEUE,

    /** Linux's io_uring, through a native library; needs the artifact {@code netty-transport-native-io_uring}. */
    IO_URING;

    /**
     * Returns the name as it is printed and as options by name spell it: {@code nio}, {@code epoll}, {@code kqueue},
     * {@code io_uring}.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
