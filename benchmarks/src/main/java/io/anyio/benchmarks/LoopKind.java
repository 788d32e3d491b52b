package io.anyio.benchmarks;

import io.netty.channel.Channel;
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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of event loops that benchmarks run on, with Netty's classes for each. */
@SuppressWarnings("ImmutableEnumChecker") // the suppliers have no state
public enum LoopKind {
    NIO(() -> null, NioIoHandler::newFactory, NioServerSocketChannel::new, NioSocketChannel::new),
    EPOLL(
            Epoll::unavailabilityCause,
            EpollIoHandler::newFactory,
            EpollServerSocketChannel::new,
            EpollSocketChannel::new),
    IO_URING(
            IoUring::unavailabilityCause,
            IoUringIoHandler::newFactory,
            IoUringServerSocketChannel::new,
            IoUringSocketChannel::new),
    KQUEUE(
            KQueue::unavailabilityCause,
            KQueueIoHandler::newFactory,
            KQueueServerSocketChannel::new,
            KQueueSocketChannel::new);

    private static final String UNKNOWN = "A loop is nio, epoll, io_uring or kqueue, not ";

    private final Supplier<@Nullable Throwable> unavailability;
    final Supplier<IoHandlerFactory> handlers;
    public final Supplier<ServerChannel> serverChannels;
    public final Supplier<Channel> clientChannels;

    LoopKind(
            Supplier<@Nullable Throwable> unavailability,
            Supplier<IoHandlerFactory> handlers,
            Supplier<ServerChannel> serverChannels,
            Supplier<Channel> clientChannels) {
        this.unavailability = unavailability;
        this.handlers = handlers;
        this.serverChannels = serverChannels;
        this.clientChannels = clientChannels;
    }

    /** Returns the value of the JMH parameter {@code loop}, which is also the name of the transport. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static LoopKind of(String label) {
        return find(label).orElseThrow(() -> new IllegalArgumentException(UNKNOWN + label));
    }

    private static Optional<LoopKind> find(String label) {
        return Stream.of(values()).filter(kind -> kind.label().equals(label)).findFirst();
    }

    /** Returns why this machine has no loop of that name, or empty if it does. */
    static Optional<String> whyNot(String label) {
        return label.equals(LoopBenchmark.JDK)
                ? Optional.empty()
                : find(label).map(LoopKind::whyNot).orElse(Optional.of(UNKNOWN + label));
    }

    /** Returns why this machine does not have it, or empty if it does. */
    public Optional<String> whyNot() {
        return Stream.iterate(unavailability.get(), cause -> cause != null, Throwable::getCause)
                .limit(100) // causes can form a cycle
                .reduce((_, deeper) -> deeper)
                .map(Throwable::toString);
    }
}
