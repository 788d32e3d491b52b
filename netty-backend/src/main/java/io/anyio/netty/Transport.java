package io.anyio.netty;

import java.util.Locale;

/** What moves the bytes below Netty's channels. */
public enum Transport {

    /** The JDK's own selectors; works everywhere. */
    NIO,

    /** Linux's epoll, through a native library. */
    EPOLL,

    /** The kqueue of macOS, through a native library. */
    KQUEUE,

    /** Linux's io_uring, through a native library; needs the artifact {@code netty-transport-native-io_uring}. */
    IO_URING;

    /**
     * The name as printed, and as options by name spell it: {@code nio}, {@code epoll}, {@code kqueue},
     * {@code io_uring}.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
