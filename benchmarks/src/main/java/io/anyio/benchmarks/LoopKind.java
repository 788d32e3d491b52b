package io.anyio.benchmarks;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The event loops that benchmarks run on. */
enum LoopKind {
    NIO,
    EPOLL,
    IO_URING;

    /** The name of the JMH parameter's value, which is also the transport's. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static LoopKind of(String label) {
        return Stream.of(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("Parameter loop must be nio, epoll or io_uring, not " + label));
    }

    /** Why this machine does not have it, or empty when it does. */
    Optional<String> whyNot() {
        return switch (this) {
            case NIO -> Optional.empty();
            case EPOLL -> reason(Epoll.isAvailable() ? null : Epoll.unavailabilityCause());
            case IO_URING -> reason(IoUring.isAvailable() ? null : IoUring.unavailabilityCause());
        };
    }

    private static Optional<String> reason(@Nullable Throwable cause) {
        Throwable root = cause;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return Optional.ofNullable(root).map(Throwable::toString);
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }
}
