package io.anyio.netty.transport;

import io.anyio.spi.OperatorLog;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUring;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The availability of each {@link TransportKind}, and the transport of a group. */
public final class TransportSupport {
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
    public static void initialize() {
        // the call initializes the class
    }

    /** Warns once that io_uring loops lack the settings above, if Netty was used before this class. */
    private static void warnOfMultishot() {
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
    public record Choice(TransportKind transport, @Nullable String shortfall) {}

    /** Returns the native transport of this system, or NIO with the reason. */
    public static Choice preferNative() {
        TransportKind wanted = isMac() ? TransportKind.KQUEUE : TransportKind.EPOLL;
        return whyNot(wanted)
                .map(reason -> new Choice(
                        TransportKind.NIO, wanted.label() + " is not available, NIO is used instead: " + reason))
                .orElseGet(() -> new Choice(wanted, null));
    }

    private static String system() {
        return System.getProperty("os.name", "");
    }

    static boolean isLinux() {
        return system().toLowerCase(Locale.ROOT).contains("linux");
    }

    private static boolean isMac() {
        String os = system().toLowerCase(Locale.ROOT);
        return os.contains("mac") || os.contains("darwin");
    }

    /** Returns the systems on which the transport can exist, if this is none of them. */
    private static @Nullable String otherSystem(TransportKind transport) {
        return switch (transport) {
            case NIO -> null;
            case EPOLL, IO_URING -> isLinux() ? null : "Linux";
            case KQUEUE -> isMac() || system().toLowerCase(Locale.ROOT).contains("bsd") ? null : "macOS or a BSD";
        };
    }

    /** Returns why a transport is not available here; empty if it is. Loads no class of another system's transport. */
    public static Optional<String> whyNot(TransportKind transport) {
        String other = otherSystem(transport);
        if (other != null) {
            return Optional.of(transport.label() + " needs " + other + ", and this is " + system());
        }
        try {
            return reason(classes(transport).unavailability());
        } catch (LinkageError missing) {
            return Optional.of("its classes are missing or do not fit (" + missing
                    + "). Add io.netty:netty-transport-classes-" + transport.label()
                    + " in the version of the other Netty artifacts"
                    + (TransportSupport.class.getModule().isNamed()
                            ? ", and --add-modules=io.netty.transport.classes." + transport.label()
                            : ""));
        }
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

    public static IoHandlerFactory handlers(TransportKind transport) {
        return classes(transport).handlers();
    }

    public static ChannelFactories channels(TransportKind transport) {
        return classes(transport).channels();
    }

    private static TransportClasses classes(TransportKind transport) {
        return switch (transport) {
            case NIO -> new NioClasses();
            case EPOLL -> new EpollClasses();
            case KQUEUE -> new KQueueClasses();
            case IO_URING -> new IoUringClasses();
        };
    }

    /**
     * Returns the transport of a group, or null if it cannot be determined. Classes are loaded one transport after the
     * other, so that those of io_uring are loaded only for a group that is on no other.
     */
    public static @Nullable TransportKind transportOf(EventLoopGroup group) {
        if (group instanceof IoEventLoopGroup io) {
            for (TransportKind transport : TransportKind.values()) {
                if (otherSystem(transport) == null && isOf(io, transport)) {
                    return transport;
                }
            }
        }
        return null;
    }

    private static boolean isOf(IoEventLoopGroup group, TransportKind transport) {
        try {
            return group.isIoType(classes(transport).handlerType());
        } catch (LinkageError missing) { // so the group has another transport
            return false;
        }
    }

    /**
     * Checks that tasks can use a group of this transport, which other code may have created.
     *
     * @throws IllegalStateException if its classes are too old for this library
     */
    public static void requireFit(TransportKind transport) {
        if (transport == TransportKind.IO_URING) {
            whyNot(transport).ifPresent(reason -> {
                throw new IllegalStateException("Cannot use an event loop of io_uring: " + reason);
            });
            warnOfMultishot();
        }
    }

    /** Returns whether a channel's type is in this package of Netty; unlike {@code instanceof}, loads no class. */
    static boolean isInPackage(Object channel, String end) {
        return channel.getClass().getPackageName().endsWith(end);
    }
}
