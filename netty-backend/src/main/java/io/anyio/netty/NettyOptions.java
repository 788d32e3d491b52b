package io.anyio.netty;

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
 * How a run uses Netty. Immutable.
 *
 * <pre>{@code
 * AnyIO.run(() -> serve(), NettyOptions.DEFAULTS.withUseNativeTransport(true));
 * }</pre>
 *
 * <p>By default a run has one loop on NIO. A run opens its event loops at the start and shuts them down at the end,
 * those of {@link #withLoopFactory} included.
 */
public final class NettyOptions implements BackendOptions {

    static final String BACKEND = "netty";

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");
    private static final AtomicBoolean SHORTFALL_LOGGED = new AtomicBoolean();

    /** One loop on NIO. */
    public static final NettyOptions DEFAULTS = new NettyOptions(new Values());

    /** The options in a form that a copy of can be changed; never seen from outside. */
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
                            + " the group that loopFactory returns has its transport. Drop one of them, most likely transport");
        }
        if (values.loopFactory != null && values.loops != 0) {
            throw new IllegalArgumentException(
                    "loops=" + values.loops + " and loopFactory exclude each other: the group that"
                            + " loopFactory returns has its loops. Drop one of them, most likely loops");
        }
    }

    /**
     * With the system's native transport, epoll on Linux and kqueue on macOS, instead of NIO; with NIO, and a warning,
     * where its native library cannot be loaded. Ignored beside a transport or a loop factory. AnyIO:
     * {@code use_uvloop}.
     */
    public NettyOptions withUseNativeTransport(boolean use) {
        Values changed = values.copy();
        changed.useNativeTransport = use;
        return new NettyOptions(changed);
    }

    /**
     * With the event loops that {@code factory} returns: any group of Netty, one loop of ours for each of its. It is
     * called once for a run, must return a new group each time, and the run shuts it down. Overrides
     * {@link #withUseNativeTransport}. AnyIO: {@code loop_factory}.
     *
     * <p>A program that makes io_uring groups before it uses this library, to attach to them or to have a factory
     * return them, should start with {@code -Dio.netty.iouring.pollAddMultishotEnabled=false} and
     * {@code -Dio.netty.iouring.acceptMultiShotEnabled=false}. Without the first, Netty 4.2.18 can lose a reset that
     * comes right behind bytes, and a task that receives waits for ever; without the second, a server that has no file
     * descriptors left keeps a processor busy. A warning says so. Before the library makes a group or calls a factory,
     * it sets the properties, unless the program has set them.
     *
     * @throws IllegalArgumentException beside a transport or a number of loops
     */
    public NettyOptions withLoopFactory(Supplier<? extends EventLoopGroup> factory) {
        Values changed = values.copy();
        changed.loopFactory = Objects.requireNonNull(factory, "factory");
        return new NettyOptions(changed);
    }

    /**
     * With so many event loops. Tasks stay on the loop of the task that starts them unless they are spread explicitly.
     *
     * @throws IllegalArgumentException when less than 1, or beside a loop factory
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
     * With this transport and no other: where it cannot be had, the run fails and says why.
     *
     * @throws IllegalArgumentException beside a loop factory
     */
    public NettyOptions withTransport(Transport transport) {
        Values changed = values.copy();
        changed.transport = Objects.requireNonNull(transport, "transport");
        return new NettyOptions(changed);
    }

    /** With the channels that fit the group of the loop factory, where it does not tell by itself. */
    public NettyOptions withChannels(ChannelTypes channels) {
        Values changed = values.copy();
        changed.channels = Objects.requireNonNull(channels, "channels");
        return new NettyOptions(changed);
    }

    /** With spawn sites, origins of cancellations and slow tasks recorded, at a price. AnyIO: {@code debug}. */
    public NettyOptions withDebug(boolean debug) {
        Values changed = values.copy();
        changed.debug = debug;
        return new NettyOptions(changed);
    }

    /** With this carrier for the tasks and no other, instead of the best one that the JVM allows. */
    public NettyOptions withCarrier(Carrier carrier) {
        Values changed = values.copy();
        changed.carrier = Objects.requireNonNull(carrier, "carrier");
        return new NettyOptions(changed);
    }

    /** Whether the native transport is wanted where there is one. */
    public boolean useNativeTransport() {
        return values.useNativeTransport;
    }

    /** Where the event loops come from, if they are not made by the run. */
    public Optional<Supplier<? extends EventLoopGroup>> loopFactory() {
        return Optional.ofNullable(values.loopFactory);
    }

    /** How many event loops a run makes. */
    public int loops() {
        return Math.max(1, values.loops);
    }

    /** The transport, if one was given. */
    public Optional<Transport> transport() {
        return Optional.ofNullable(values.transport);
    }

    /** The channels, if they were given. */
    public Optional<ChannelTypes> channels() {
        return Optional.ofNullable(values.channels);
    }

    /** Whether more is recorded than needed. */
    public boolean debug() {
        return values.debug;
    }

    /** The carrier, if one was given. */
    public Optional<Carrier> carrier() {
        return Optional.ofNullable(values.carrier);
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    /**
     * Refuses what would be ignored on event loops that are there already.
     *
     * @throws IllegalArgumentException when one of the options makes event loops
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
            throw new IllegalArgumentException("A runtime attaches to event loops that are there already, so it cannot"
                    + " have " + String.join(", ", tooMuch) + ": drop that");
        }
    }

    /**
     * Opens the event loops for one run.
     *
     * @throws IllegalStateException on the thread of an event loop; when the transport cannot be had; or when the group
     *     of the loop factory is in use
     * @throws java.io.UncheckedIOException when the system refuses, as with too many open files
     */
    @Override
    public Backend open() {
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
        Transports.Choice choice = choose();
        return NettyBackend.owning(newGroup(choice.transport()), choice.shortfall(), this);
    }

    private EventLoopGroup newGroup(Transport transport) {
        try {
            return new MultiThreadIoEventLoopGroup(loops(), new LoopThreads(transport), Transports.handlers(transport));
        } catch (RuntimeException failure) {
            throw SystemErrors.opening(failure);
        }
    }

    private NettyBackend openFrom(Supplier<? extends EventLoopGroup> factory) {
        Transports.initialize(); // before the factory can use Netty's io_uring
        EventLoopGroup group;
        try {
            group = factory.get();
        } catch (IllegalStateException failure) { // as Netty's groups throw it
            throw SystemErrors.opening(failure);
        }
        if (group == null) {
            throw new IllegalStateException("loopFactory returned null instead of an event loop group");
        }
        GroupsInUse.add(group);
        return NettyBackend.owning(group, null, this);
    }

    private Transports.Choice choose() {
        Transport explicit = values.transport;
        if (explicit != null) {
            Transports.whyNot(explicit).ifPresent(reason -> {
                throw new IllegalStateException("The transport " + explicit.label() + " cannot be had: " + reason
                        + (explicit == Transport.IO_URING
                                ? ". Its native library is in the artifact io.netty:netty-transport-native-io_uring, which"
                                        + " has to be added with the classifier of the system, such as linux-x86_64"
                                : "")
                        + ". Take another transport; nio works everywhere");
            });
            return new Transports.Choice(explicit, null);
        }
        if (!values.useNativeTransport) {
            return new Transports.Choice(Transport.NIO, null);
        }
        Transports.Choice choice = Transports.preferNative();
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
