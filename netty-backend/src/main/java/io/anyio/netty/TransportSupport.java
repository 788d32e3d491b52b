package io.anyio.netty;

import io.anyio.spi.OperatorLog;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The Netty classes of each {@link Transport}, its availability, and the transport of a group. */
final class TransportSupport {
    /**
     * Netty 4.2.18 uses one multishot io_uring poll for all events of a channel, and misses a reset that immediately
     * follows bytes: a receiving task would wait for ever. A separate poll for each wait does not miss it.
     */
    private static final String MULTISHOT_POLL = "io.netty.iouring.pollAddMultishotEnabled";

    /**
     * Netty 4.2.18 renews a failed multishot io_uring accept immediately, even while the channel does not read: without
     * file descriptors the loop would spin. A separate accept for each connection rests.
     */
    private static final String MULTISHOT_ACCEPT = "io.netty.iouring.acceptMultiShotEnabled";

    // Netty reads these once, when its first io_uring class is used; a value set by the program takes precedence
    private static final boolean CHOSEN_POLL = chosen(MULTISHOT_POLL);
    private static final boolean CHOSEN_ACCEPT = chosen(MULTISHOT_ACCEPT);

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private static final ChannelTypes NIO = ChannelTypes.of("nio", NioServerSocketChannel::new, NioSocketChannel::new)
            .withIpv4(TransportSupport::nioOnIpv4)
            .readingWhenReady();
    private static final ChannelTypes EPOLL = ChannelTypes.of(
                    "epoll", EpollServerSocketChannel::new, EpollSocketChannel::new)
            .withIpv4(() -> new EpollServerSocketChannel(SocketProtocolFamily.INET))
            .readingWhenReady();
    private static final ChannelTypes KQUEUE = ChannelTypes.of(
                    "kqueue", KQueueServerSocketChannel::new, KQueueSocketChannel::new)
            .readingWhenReady();
    private static final ChannelTypes IO_URING =
            ChannelTypes.of("io_uring", IoUringServerSocketChannel::new, IoUringSocketChannel::new);

    private TransportSupport() {}

    /** Returns whether the program has set the property; sets it to false otherwise. */
    private static boolean chosen(String property) {
        boolean chosen = System.getProperty(property) != null;
        if (!chosen) {
            System.setProperty(property, "false");
        }
        return chosen;
    }

    /**
     * Sets the properties above, unless this class was used before; must precede the creation of other io_uring groups.
     */
    static void initialize() {
        // the call initializes the class
    }

    /** Warns once if an io_uring loop lacks the settings above because Netty was used before this class. */
    static void warnOfMultishot(EventLoopGroup group) {
        if (!(group instanceof IoEventLoopGroup io) || !io.isIoType(IoUringIoHandler.class)) {
            return;
        }
        boolean poll = !CHOSEN_POLL && IoUring.isPollAddMultishotEnabled();
        boolean accept = !CHOSEN_ACCEPT && IoUring.isAcceptMultishotEnabled();
        if ((poll || accept) && WARNED.compareAndSet(false, true)) {
            List<String> dangers = new ArrayList<>();
            List<String> flags = new ArrayList<>();
            if (poll) {
                dangers.add("can lose a reset that follows data immediately; a task that receives then waits for ever");
                flags.add("-D" + MULTISHOT_POLL + "=false");
            }
            if (accept) {
                dangers.add("keeps a processor busy while a server has no file descriptors left");
                flags.add("-D" + MULTISHOT_ACCEPT + "=false");
            }
            LOG.log(
                    Level.WARNING,
                    () -> "This io_uring event loop " + String.join(". It ", dangers) + ". Start the JVM with "
                            + String.join(" ", flags) + ". It is too late to set that now: Netty was used before this"
                            + " library");
        }
    }

    /** The chosen transport, and why it is not a better one, if that was requested. */
    record Choice(Transport transport, @Nullable String shortfall) {}

    /** Returns the native transport of this system, or NIO with the reason. */
    static Choice preferNative() {
        Transport wanted = isMac() ? Transport.KQUEUE : Transport.EPOLL;
        return whyNot(wanted)
                .map(reason ->
                        new Choice(Transport.NIO, wanted.label() + " is not available, NIO is used instead: " + reason))
                .orElseGet(() -> new Choice(wanted, null));
    }

    static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    }

    private static boolean isMac() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return os.contains("mac") || os.contains("darwin");
    }

    /** Returns why a transport is not available here; empty if it is. */
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
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>()); // causes can form a cycle
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

    /** Opens the channel directly, because Netty's own way hides the system's message. */
    private static ServerChannel nioOnIpv4() {
        try {
            return new NioServerSocketChannel(
                    SelectorProvider.provider().openServerSocketChannel(StandardProtocolFamily.INET));
        } catch (IOException refused) {
            throw new ChannelException("Failed to open a socket.", refused);
        }
    }

    static ChannelTypes channels(Transport transport) {
        return switch (transport) {
            case NIO -> NIO;
            case EPOLL -> EPOLL;
            case KQUEUE -> KQUEUE;
            case IO_URING -> IO_URING;
        };
    }

    /** Returns the channel types that fit a group, or null if they cannot be determined. */
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
