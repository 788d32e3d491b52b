package io.anyio.netty;

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
import org.jspecify.annotations.Nullable;

/** The event loops of one run, its own or somebody else's. */
final class NettyBackend implements Backend {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.netty");

    private static final long SHUTDOWN_SECONDS = 15;

    private static final int SHUTDOWN_TRIES = 500;
    private static final long SHUTDOWN_PAUSE_NANOS = 10_000_000;

    private final EventLoopGroup group;
    private final boolean owned;
    private final String transport;
    private final @Nullable String shortfall;
    private final NettyOptions options;
    private final List<NettyLoopPort> ports;
    private final NettyNetwork network;

    private NettyBackend(EventLoopGroup group, boolean owned, @Nullable String shortfall, NettyOptions options) {
        this.group = group;
        this.owned = owned;
        this.shortfall = shortfall;
        this.options = options;
        Iterator<EventExecutor> loops = group.iterator();
        if (!loops.hasNext()) {
            throw new IllegalStateException("The event loop group " + group + " has no event loop");
        }
        EventLoop first = (EventLoop) loops.next();
        Transports.warnOfOneForAll(first);
        ChannelTypes types = options.channels().orElse(null);
        if (types == null) {
            types = Transports.of(first);
        }
        this.transport = types == null ? "none" : types.label();
        this.ports = takeUp(group); // last, because it leaves something on each loop
        this.network = new NettyNetwork(ports, types);
    }

    /** All loops of a group, or none. */
    private static List<NettyLoopPort> takeUp(EventLoopGroup group) {
        List<NettyLoopPort> made = new ArrayList<>();
        try {
            for (EventExecutor executor : group) {
                made.add(new NettyLoopPort((EventLoop) executor, made.size()));
            }
        } catch (Throwable t) { // as one that has been shut down: the others are left as they were found
            made.forEach(NettyLoopPort::close);
            throw t;
        }
        return List.copyOf(made);
    }

    /** Takes over a group for one run, which shuts it down, also when this fails. */
    static NettyBackend owning(EventLoopGroup group, @Nullable String shortfall, NettyOptions options) {
        try {
            return new NettyBackend(group, true, shortfall, options);
        } catch (Throwable t) { // nobody else will shut it down
            shutDown(group);
            throw t;
        }
    }

    /**
     * Works on the loops of a group, or a single loop, that somebody else owns. {@link #close} leaves them running and
     * as they were found; the network's channels are closed then.
     */
    static NettyBackend attached(EventLoopGroup group, NettyOptions options) {
        var backend = new NettyBackend(group, false, null, options);
        GroupsInUse.attach(group);
        return backend;
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
    public List<NettyLoopPort> loops() {
        return ports;
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
            if (owned) {
                shutDown(group);
            } else {
                GroupsInUse.detach(group);
            }
        }
    }

    private void closeChannels() {
        for (NettyLoopPort port : ports) {
            port.close();
        }
        List<Future<?>> closing = new ArrayList<>();
        for (NettyLoopPort port : ports) {
            closing.add(port.open().closeAll());
        }
        if (owned) { // io_uring still needs the loop for that: once it ends, closing is too late
            closing.forEach(channels -> channels.awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS));
        }
    }

    /** Shuts a group down and waits for it; interrupts are put off meanwhile. */
    private static void shutDown(EventLoopGroup group) {
        try {
            GroupsInUse.remove(group);
        } finally {
            askToShutDown(group);
        }
        if (!group.terminationFuture().awaitUninterruptibly(2 * SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
            LOG.log(
                    Level.WARNING,
                    () -> "The event loops " + group + " have not ended after " + 2 * SHUTDOWN_SECONDS + " s");
        }
    }

    /** Tries again when there is no memory at the moment: no loop must be left behind. */
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
        return "NettyBackend[" + transport + ", loops=" + ports.size() + (owned ? "" : ", attached") + "]";
    }
}
