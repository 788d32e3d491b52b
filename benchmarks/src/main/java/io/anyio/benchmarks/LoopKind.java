package io.anyio.benchmarks;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of event loops that benchmarks run on. */
public enum LoopKind {
    NIO,
    EPOLL,
    IO_URING,
    KQUEUE;

    /** Returns the value of the JMH parameter, which is also the name of the transport. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static LoopKind of(String label) {
        return Stream.of(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("A loop is nio, epoll, io_uring or kqueue, not " + label));
    }

    /** Returns why there is no loop of this name on this machine, or empty if there is one. */
    public static Optional<String> whyNot(String label) {
        try {
            return of(label).whyNot();
        } catch (IllegalArgumentException unknown) {
            return Optional.of(String.valueOf(unknown.getMessage()));
        }
    }

    /** Returns why this machine does not have it, or empty if it does. */
    public Optional<String> whyNot() {
        return switch (this) {
            case NIO -> Optional.empty();
            case EPOLL -> reason(Epoll.isAvailable() ? null : Epoll.unavailabilityCause());
            case IO_URING -> reason(IoUring.isAvailable() ? null : IoUring.unavailabilityCause());
            case KQUEUE ->
                isMac()
                        ? reason(KQueue.isAvailable() ? null : KQueue.unavailabilityCause())
                        : Optional.of("only on macOS");
        };
    }

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    private static Optional<String> reason(@Nullable Throwable cause) {
        Throwable root = cause;
        for (int depth = 0;
                depth < 100 && root != null && root.getCause() != null;
                depth++) { // causes can form a cycle
            root = root.getCause();
        }
        return Optional.ofNullable(root).map(Throwable::toString);
    }

    public IoHandlerFactory handlers() {
        return switch (this) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case KQUEUE -> KQueueIoHandler.newFactory();
        };
    }

    public ServerChannel newServerChannel() {
        return switch (this) {
            case NIO -> new NioServerSocketChannel();
            case EPOLL -> new EpollServerSocketChannel();
            case IO_URING -> new IoUringServerSocketChannel();
            case KQUEUE -> new KQueueServerSocketChannel();
        };
    }
}
