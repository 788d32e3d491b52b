package io.anyio.netty;

import io.anyio.netty.loop.EventLoopGroupRegistry;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.netty.transport.TransportKind;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.Network;
import io.anyio.spi.OperatorLog;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The backend of one run, on event loops that it owns or that other code owns. */
final class NettyBackend implements Backend {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    private static final long SHUTDOWN_SECONDS = 15;

    private static final int SHUTDOWN_TRIES = 500;
    private static final long SHUTDOWN_PAUSE_NANOS = 10_000_000;

    private final EventLoopGroup group;
    private final EventLoopGroupRegistry.@Nullable Attachment attachment; // null: this run owns the group
    private final String transport;
    private final @Nullable String shortfall;
    private final NettyOptions options;
    private final List<NettyLoopDriver> drivers;
    private final NettyNetwork network;

    private NettyBackend(
            EventLoopGroup group,
            EventLoopGroupRegistry.@Nullable Attachment attachment,
            @Nullable String shortfall,
            NettyOptions options) {
        Preparation.isDone();
        this.group = group;
        this.attachment = attachment;
        this.shortfall = shortfall;
        this.options = options;
        Iterator<EventExecutor> loops = group.iterator();
        if (!loops.hasNext()) {
            throw new IllegalStateException("The event loop group " + group + " has no event loop");
        }
        EventLoop first = (EventLoop) loops.next();
        TransportKind known = TransportSupport.transportOf(first);
        if (known != null) {
            TransportSupport.requireFit(known);
        }
        ChannelFactories types = options.channels().map(ChannelTypes::factories).orElse(null);
        if (types == null && known != null) {
            types = TransportSupport.channels(known);
        }
        this.transport = types == null ? "none" : types.label();
        this.drivers = createDrivers(group); // last, because it schedules a timer on each loop
        this.network = new NettyNetwork(drivers, types);
    }

    /** Creates the drivers of all loops of a group, or of none. */
    private static List<NettyLoopDriver> createDrivers(EventLoopGroup group) {
        List<NettyLoopDriver> made = new ArrayList<>();
        try {
            for (EventExecutor executor : group) {
                made.add(new NettyLoopDriver((EventLoop) executor, made.size()));
            }
        } catch (Throwable t) { // such as a loop that has been shut down: the other loops are restored
            made.forEach(NettyLoopDriver::close);
            throw t;
        }
        return List.copyOf(made);
    }

    /** Takes over a group for one run, which shuts it down. If this call fails, it shuts the group down itself. */
    static NettyBackend owning(EventLoopGroup group, @Nullable String shortfall, NettyOptions options) {
        try {
            return new NettyBackend(group, null, shortfall, options);
        } catch (Throwable t) { // no other code will shut it down
            shutDown(group);
            throw t;
        }
    }

    /**
     * Attaches to the loops of a group, or to a single loop, owned by other code. {@link #close} closes the channels of
     * the network; it leaves the loops running and as they were found, and then gives up {@code attachment}. If this
     * call fails, it gives it up itself.
     */
    static NettyBackend attached(
            EventLoopGroup group, EventLoopGroupRegistry.Attachment attachment, NettyOptions options) {
        try {
            return new NettyBackend(group, attachment, null, options);
        } catch (Throwable t) { // such as a loop that has been shut down
            EventLoopGroupRegistry.detach(group, attachment);
            throw t;
        }
    }

    @Override
    public String name() {
        return NettyOptions.BACKEND;
    }

    @Override
    public String transport() {
        return transport;
    }

    @Override
    public Optional<String> shortfall() {
        return Optional.ofNullable(shortfall);
    }

    @Override
    public List<NettyLoopDriver> loops() {
        return drivers;
    }

    @Override
    public int buffersInUse() {
        return drivers.stream().mapToInt(driver -> driver.sendBuffers().inUse()).sum();
    }

    @Override
    public Supplier<List<Throwable>> recordBuffers() {
        List<Supplier<List<Throwable>>> places = drivers.stream()
                .map(driver -> driver.sendBuffers().recordPlaces())
                .toList();
        return () -> places.stream().flatMap(ofLoop -> ofLoop.get().stream()).toList();
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public Optional<Network> network() {
        return Optional.of(network);
    }

    @Override
    public @Nullable Carrier carrier() {
        return options.carrier().orElse(null);
    }

    @Override
    public boolean debug() {
        return options.debug();
    }

    @Override
    public void close() {
        try {
            closeChannels();
        } finally { // also when there is no memory for that
            if (attachment == null) {
                shutDown(group);
            } else {
                EventLoopGroupRegistry.detach(group, attachment);
            }
        }
    }

    private void closeChannels() {
        for (NettyLoopDriver driver : drivers) {
            driver.close();
        }
        List<Future<?>> closing = new ArrayList<>();
        for (NettyLoopDriver driver : drivers) {
            closing.add(driver.open().closeAll());
        }
        if (attachment == null) { // io_uring needs the loop for this; when the loop has ended it is too late
            closing.forEach(channels -> channels.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS));
        }
    }

    /** Shuts a group down and waits for its termination; interrupts are deferred. */
    private static void shutDown(EventLoopGroup group) {
        try {
            EventLoopGroupRegistry.remove(group);
        } finally {
            askToShutDown(group);
        }
        if (!group.terminationFuture().awaitUninterruptibly(2 * SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
            LOG.log(
                    Level.WARNING,
                    () -> "The event loops " + group + " have not ended after " + 2 * SHUTDOWN_SECONDS + " s");
        }
    }

    /** Requests the shutdown. Retries while there is no memory, because no loop must be left running. */
    private static void askToShutDown(EventLoopGroup group) {
        for (int tries = 1; ; tries++) {
            try {
                var _ = group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (OutOfMemoryError full) {
                if (tries == SHUTDOWN_TRIES) {
                    throw full;
                }
                LockSupport.parkNanos(SHUTDOWN_PAUSE_NANOS);
            }
        }
    }

    @Override
    public String toString() {
        return "NettyBackend[" + transport + ", loops=" + drivers.size() + (attachment == null ? "" : ", attached")
                + "]";
    }
}
