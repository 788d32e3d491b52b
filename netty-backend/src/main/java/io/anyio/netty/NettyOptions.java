package io.anyio.netty;

import io.anyio.netty.loop.EventLoopGroupRegistry;
import io.anyio.netty.loop.LoopThreads;
import io.anyio.netty.transport.NettyVersions;
import io.anyio.netty.transport.SystemErrors;
import io.anyio.netty.transport.TransportKind;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import io.anyio.spi.OperatorLog;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run on Netty's event loops. Immutable.
 *
 * <pre>{@code
 * AnyIO.run(() -> serve(), NettyOptions.DEFAULTS.withUseNativeTransport(true));
 * }</pre>
 *
 * <p>By default a run has one loop on NIO. A run opens its event loops at the start and shuts them down at the end,
 * including those of {@link #withLoopFactory}.
 */
public final class NettyOptions implements BackendOptions {

    static final String BACKEND = "netty";

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");
    private static final AtomicBoolean SHORTFALL_LOGGED = new AtomicBoolean();

    /** One loop on NIO. */
    public static final NettyOptions DEFAULTS = new NettyOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private boolean useNativeTransport;
        private @Nullable Supplier<? extends EventLoopGroup> loopFactory;
        private int loops; // 0: not given
        private @Nullable Transport transport;
        private @Nullable ChannelTypes channels;
        private boolean debug;
        private @Nullable Carrier carrier;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private NettyOptions(Values values) {
        this.values = values;
        if (values.loopFactory != null && values.transport != null) {
            throw new IllegalArgumentException(
                    "transport=" + values.transport.label() + " and loopFactory exclude each other:"
                            + " that group determines the transport. Drop one of them, most likely transport");
        }
        if (values.loopFactory != null && values.loops != 0) {
            throw new IllegalArgumentException(
                    "loops=" + values.loops + " and loopFactory exclude each other: that group"
                            + " determines the loops. Drop one of them, most likely loops");
        }
    }

    /**
     * Returns options with the system's native transport, epoll on Linux and kqueue on macOS, instead of NIO. If its
     * native library cannot be loaded, the run uses NIO and logs a warning. Ignored if a transport or a loop factory is
     * given. AnyIO: {@code use_uvloop}.
     */
    public NettyOptions withUseNativeTransport(boolean use) {
        Values changed = values.copy();
        changed.useNativeTransport = use;
        return new NettyOptions(changed);
    }

    /**
     * Returns options with the event loops of a group that {@code factory} returns. Any group of Netty will do; the run
     * has one loop for each of the group's loops. The factory is called once for each run and must return a new group
     * each time, which the run shuts down. Overrides {@link #withUseNativeTransport}. AnyIO: {@code loop_factory}.
     *
     * <p>A program that creates io_uring groups before it uses this library, to attach to them or to return them from a
     * factory, should be started with {@code -Dio.netty.iouring.pollAddMultishotEnabled=false} and
     * {@code -Dio.netty.iouring.acceptMultiShotEnabled=false}. Without the first, Netty 4.2.18 can lose a reset that
     * immediately follows bytes, and a receiving task waits for ever. Without the second, a server that has no file
     * descriptors left keeps a processor busy. The library logs a warning in this case. It sets both properties itself
     * before it creates a group or calls a factory, unless the program has set them.
     *
     * @throws IllegalArgumentException if a transport or a number of loops is given
     */
    public NettyOptions withLoopFactory(Supplier<? extends EventLoopGroup> factory) {
        Values changed = values.copy();
        changed.loopFactory = Objects.requireNonNull(factory, "factory");
        return new NettyOptions(changed);
    }

    /**
     * Returns options with so many event loops. Tasks stay on the loop of the task that starts them unless spread
     * explicitly.
     *
     * @throws IllegalArgumentException if {@code loops} is less than 1, or a loop factory is given
     */
    public NettyOptions withLoops(int loops) {
        if (loops < 1) {
            throw new IllegalArgumentException("A run needs at least one loop, not " + loops);
        }
        Values changed = values.copy();
        changed.loops = loops;
        return new NettyOptions(changed);
    }

    /**
     * Returns options with this transport and no other. If it is not available, the run fails with the reason.
     *
     * @throws IllegalArgumentException if a loop factory is given
     */
    public NettyOptions withTransport(Transport transport) {
        Values changed = values.copy();
        changed.transport = Objects.requireNonNull(transport, "transport");
        return new NettyOptions(changed);
    }

    /** Returns options with the channel types of an event loop group from which they cannot be determined. */
    public NettyOptions withChannels(ChannelTypes channels) {
        Values changed = values.copy();
        changed.channels = Objects.requireNonNull(channels, "channels");
        return new NettyOptions(changed);
    }

    /**
     * Returns options that record spawn sites, origins of cancellations and slow tasks, which has a cost. AnyIO:
     * {@code debug}.
     */
    public NettyOptions withDebug(boolean debug) {
        Values changed = values.copy();
        changed.debug = debug;
        return new NettyOptions(changed);
    }

    /** Returns options with this carrier for the tasks and no other, instead of the best one that the JVM allows. */
    public NettyOptions withCarrier(Carrier carrier) {
        Values changed = values.copy();
        changed.carrier = Objects.requireNonNull(carrier, "carrier");
        return new NettyOptions(changed);
    }

    /** Returns whether the native transport is used if it is available. */
    public boolean useNativeTransport() {
        return values.useNativeTransport;
    }

    /** Returns the factory of the event loops, if one was given. */
    public Optional<Supplier<? extends EventLoopGroup>> loopFactory() {
        return Optional.ofNullable(values.loopFactory);
    }

    /** Returns the number of event loops that a run creates. */
    public int loops() {
        return Math.max(1, values.loops);
    }

    /** Returns the transport, if one was given. */
    public Optional<Transport> transport() {
        return Optional.ofNullable(values.transport);
    }

    /** Returns the channel types, if they were given. */
    public Optional<ChannelTypes> channels() {
        return Optional.ofNullable(values.channels);
    }

    /** Returns whether spawn sites, origins of cancellations and slow tasks are recorded. */
    public boolean debug() {
        return values.debug;
    }

    /** Returns the carrier, if one was given. */
    public Optional<Carrier> carrier() {
        return Optional.ofNullable(values.carrier);
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    /**
     * Rejects options that have no effect on existing event loops.
     *
     * @throws IllegalArgumentException if one of the options creates event loops
     */
    void requireFitForAttaching() {
        List<String> tooMuch = new ArrayList<>();
        if (values.loopFactory != null) {
            tooMuch.add("loopFactory");
        }
        if (values.transport != null) {
            tooMuch.add("transport=" + values.transport.label());
        }
        if (values.loops != 0) {
            tooMuch.add("loops=" + values.loops);
        }
        if (values.useNativeTransport) {
            tooMuch.add("useNativeTransport=true");
        }
        if (!tooMuch.isEmpty()) {
            throw new IllegalArgumentException("A runtime attaches to existing event loops, so it cannot have "
                    + String.join(", ", tooMuch) + ": drop these options");
        }
    }

    /**
     * Opens the event loops for one run.
     *
     * @throws IllegalStateException if the calling thread belongs to an event loop, if the transport is not available,
     *     if the group of the loop factory is in use, or if Netty is missing, older than 4.2, or a mixture of versions
     * @throws java.io.UncheckedIOException if the system refuses, for example because too many files are open
     */
    @Override
    public Backend open() {
        NettyVersions.require();
        EventExecutor here = ThreadExecutorMap.currentExecutor();
        if (here != null) {
            throw new IllegalStateException(
                    "Thread '" + Thread.currentThread().getName() + "' belongs to Netty (" + here
                            + ") and must not wait for a run. To run tasks on event loops that exist already, use"
                            + " NettyRuntime.attach");
        }
        Supplier<? extends EventLoopGroup> factory = values.loopFactory;
        if (factory != null) {
            return openFrom(factory);
        }
        TransportSupport.Choice choice = choose();
        return NettyBackend.owning(newGroup(choice.transport()), choice.shortfall(), this);
    }

    private EventLoopGroup newGroup(TransportKind transport) {
        try {
            return new MultiThreadIoEventLoopGroup(
                    loops(), new LoopThreads(transport), TransportSupport.handlers(transport));
        } catch (RuntimeException failure) {
            throw SystemErrors.opening(failure);
        }
    }

    private NettyBackend openFrom(Supplier<? extends EventLoopGroup> factory) {
        TransportSupport.initialize(); // before the factory can use Netty's io_uring
        EventLoopGroup group;
        try {
            group = factory.get();
        } catch (IllegalStateException failure) { // thrown by the constructors of Netty's groups
            throw SystemErrors.opening(failure);
        }
        if (group == null) {
            throw new IllegalStateException("loopFactory returned null instead of an event loop group");
        }
        EventLoopGroupRegistry.add(group);
        return NettyBackend.owning(group, null, this);
    }

    private TransportSupport.Choice choose() {
        Transport explicit = values.transport;
        if (explicit != null) {
            TransportSupport.whyNot(explicit.kind()).ifPresent(reason -> {
                throw new IllegalStateException("Transport " + explicit.label() + " is not available: " + reason
                        + (explicit == Transport.IO_URING
                                ? ". Its native library is in io.netty:netty-transport-native-io_uring. Add that"
                                        + " artifact with the classifier of the system, such as linux-x86_64"
                                : "")
                        + ". Choose another transport; nio always works");
            });
            return new TransportSupport.Choice(explicit.kind(), null);
        }
        if (!values.useNativeTransport) {
            return new TransportSupport.Choice(TransportKind.NIO, null);
        }
        TransportSupport.Choice choice = TransportSupport.preferNative();
        if (choice.shortfall() != null && SHORTFALL_LOGGED.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, () -> "useNativeTransport: " + choice.shortfall());
        }
        return choice;
    }

    @Override
    public String toString() {
        return "NettyOptions[useNativeTransport=" + values.useNativeTransport + ", loopFactory=" + values.loopFactory
                + ", loops=" + loops() + ", transport=" + values.transport + ", channels=" + values.channels
                + ", debug="
                + values.debug + ", carrier=" + values.carrier + "]";
    }
}
