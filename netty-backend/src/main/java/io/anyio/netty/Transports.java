package io.anyio.netty;

import io.anyio.spi.OperatorLog;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What each {@link Transport} is made of, whether it can be had, and which one a group runs. */
final class Transports {
    /**
     * Netty 4.2.18 has one io_uring poll tell it of everything that comes, and misses a reset that comes right behind
     * bytes: whoever receives would wait for ever. A poll for each wait does not. Netty reads this once, when the first
     * of its io_uring classes is used; who sets the property decides.
     */
    private static final String ONE_POLL_FOR_ALL = "io.netty.iouring.pollAddMultishotEnabled";

    private static final boolean CHOSEN_BY_THE_PROGRAM = System.getProperty(ONE_POLL_FOR_ALL) != null;

    static {
        if (!CHOSEN_BY_THE_PROGRAM) {
            System.setProperty(ONE_POLL_FOR_ALL, "false");
        }
    }

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private static final ChannelTypes NIO = ChannelTypes.of("nio", NioServerSocketChannel::new, NioSocketChannel::new)
            .readingWhenReady();
    private static final ChannelTypes EPOLL = ChannelTypes.of(
                    "epoll", EpollServerSocketChannel::new, EpollSocketChannel::new)
            .readingWhenReady();
    private static final ChannelTypes KQUEUE = ChannelTypes.of(
                    "kqueue", KQueueServerSocketChannel::new, KQueueSocketChannel::new)
            .readingWhenReady();
    private static final ChannelTypes IO_URING =
            ChannelTypes.of("io_uring", IoUringServerSocketChannel::new, IoUringSocketChannel::new);

    private Transports() {}

    /** Sets the property above, if nothing here was used before: to be called before others make an io_uring group. */
    static void initialize() {
        // the class is initialized by the call
    }

    /** Warns once of an io_uring loop that can lose resets because Netty's classes were used before this one. */
    static void warnOfOnePollForAll(EventLoopGroup group) {
        if (!CHOSEN_BY_THE_PROGRAM
                && group instanceof IoEventLoopGroup io
                && io.isIoType(IoUringIoHandler.class)
                && IoUring.isPollAddMultishotEnabled()
                && WARNED.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            "This io_uring event loop can lose a reset that comes right behind data, and whoever receives then"
                                    + " waits for ever. Start the JVM with -D" + ONE_POLL_FOR_ALL
                                    + "=false. It cannot be set"
                                    + " any more: Netty has read it before this library was used");
        }
    }

    /** What was chosen, and why not something better, if that was asked for. */
    record Choice(Transport transport, @Nullable String shortfall) {}

    /** The native transport of this system, or NIO with the reason. */
    static Choice preferNative() {
        Transport wanted = isMac() ? Transport.KQUEUE : Transport.EPOLL;
        return whyNot(wanted)
                .map(reason -> new Choice(
                        Transport.NIO,
                        "no native transport, NIO instead: " + wanted.label() + " cannot be had: " + reason))
                .orElseGet(() -> new Choice(wanted, null));
    }

    private static boolean isMac() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return os.contains("mac") || os.contains("darwin");
    }

    /** Why a transport cannot be had here; empty when it can. */
    static Optional<String> whyNot(Transport transport) {
        return switch (transport) {
            case NIO -> Optional.empty();
            case EPOLL -> reason(Epoll.isAvailable() ? null : Epoll.unavailabilityCause());
            case KQUEUE -> reason(KQueue.isAvailable() ? null : KQueue.unavailabilityCause());
            case IO_URING -> reason(IoUring.isAvailable() ? null : IoUring.unavailabilityCause());
        };
    }

    static Optional<String> reason(@Nullable Throwable cause) {
        if (cause == null) {
            return Optional.empty();
        }
        Throwable root = cause;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>()); // causes can form a circle
        while (root.getCause() != null && seen.add(root)) {
            root = root.getCause();
        }
        String inner = root.getMessage() == null ? root.toString() : root.getMessage();
        String outer = cause.getMessage() == null ? inner : cause.getMessage();
        return Optional.of(outer.contains(inner) ? outer : outer + " (" + inner + ")");
    }

    static IoHandlerFactory handlers(Transport transport) {
        return switch (transport) {
            case NIO -> NioIoHandler.newFactory();
            case EPOLL -> EpollIoHandler.newFactory();
            case KQUEUE -> KQueueIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
        };
    }

    static ChannelTypes channels(Transport transport) {
        return switch (transport) {
            case NIO -> NIO;
            case EPOLL -> EPOLL;
            case KQUEUE -> KQUEUE;
            case IO_URING -> IO_URING;
        };
    }

    /** The channels that fit a group, or null when it does not tell. */
    static @Nullable ChannelTypes of(EventLoopGroup group) {
        if (!(group instanceof IoEventLoopGroup io)) {
            return null;
        }
        if (io.isIoType(NioIoHandler.class)) {
            return NIO;
        }
        if (io.isIoType(EpollIoHandler.class)) {
            return EPOLL;
        }
        if (io.isIoType(KQueueIoHandler.class)) {
            return KQUEUE;
        }
        return io.isIoType(IoUringIoHandler.class) ? IO_URING : null;
    }
}
