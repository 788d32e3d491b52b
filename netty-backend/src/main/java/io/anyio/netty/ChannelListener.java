package io.anyio.netty;

import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.SocketSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server channel with the face of a blocking accept.
 *
 * <p>The channel accepts a few connections ahead, so that none is lost when a task stops waiting, and rests while they
 * are not wanted.
 */
final class ChannelListener extends Errand implements AcceptTransport {

    /** How many accepted connections may wait for a task before accepting rests. */
    private static final int AHEAD = 16;

    /**
     * After so many turns of the loop behind its closing the system has let go of a socket: NIO does so when it selects
     * again, io_uring when the accept that was under way has been cancelled.
     */
    private static final int TURNS = 3;

    private final NettyNetwork network;
    private final Channel channel;
    private final NettyLoopPort port;
    private final SocketSettings settings;
    private final @Nullable OneFamily family; // null: clients of both are welcome
    private final Queue<ChannelTransport> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ahead = new AtomicInteger(); // accepted ones that no task has, registered or not
    private final WaitSlot acceptor;
    private final WaitSlot closer;
    private int turn; // loop only: whose turn it is when connections are spread

    private volatile boolean paused; // written by the loop
    private volatile @Nullable IOException refused; // written by the loop, cleared by the task that throws it
    private volatile boolean closed; // set once by any thread
    private volatile boolean gone; // set once by the loop: the system listens no more
    private volatile @Nullable InetSocketAddress local; // set once by open()

    ChannelListener(
            NettyNetwork network,
            Channel channel,
            NettyLoopPort port,
            SocketSettings settings,
            @Nullable OneFamily family) {
        this.network = network;
        this.channel = channel;
        this.port = port;
        this.settings = settings;
        this.family = family;
        this.acceptor = new WaitSlot(port.errands().loopThread());
        this.closer = new WaitSlot(port.errands().loopThread());
        channel.pipeline().addLast(new Acceptor());
    }

    Channel channel() {
        return channel;
    }

    /** The channel is bound: keeps the address, which the system forgets when it is closed. */
    ChannelListener open() {
        var bound = (InetSocketAddress) channel.localAddress();
        local = family == null ? bound : family.shown(bound);
        return this;
    }

    // ---- the task's side ----

    @Override
    public ByteTransport accept() throws IOException {
        while (true) {
            if (closed) {
                throw new ClosedChannelException();
            }
            ChannelTransport next = accepted.poll();
            if (next != null) {
                if (ahead.decrementAndGet() < AHEAD && paused) {
                    port.errands().request(this);
                }
                return next;
            }
            IOException failure = refused;
            if (failure != null) {
                refused = null;
                throw failure;
            }
            if (paused) {
                port.errands().request(this);
            }
            acceptor.await("accept", () -> closed || refused != null || !accepted.isEmpty());
        }
    }

    @Override
    public void awaitClosed() {
        if (!gone) {
            closer.await("close", () -> gone);
        }
    }

    // ---- the loop's side ----

    /** Netty's events of the server channel. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            port.open().add(context.channel(), ChannelListener.this);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            port.open().remove(context.channel());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            register((Channel) message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!closed) {
                refuse(cause);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed = true;
            dropAccepted();
            acceptor.wake();
            port.afterTurns(TURNS, ChannelListener.this::closedNow);
        }
    }

    private void refuse(Throwable cause) {
        refused = SystemErrors.precise(cause);
        pause(); // the same would come at once again
        acceptor.wake();
    }

    private void register(Channel child) {
        if (family != null && !family.admits(child)) {
            reset(child);
            return;
        }
        NettyLoopPort home = home();
        var transport = network.transport(child, home);
        try {
            network.configure(child, settings);
        } catch (ChannelException gone) { // the peer was faster than we
            child.unsafe().closeForcibly();
            return;
        }
        if (ahead.incrementAndGet() >= AHEAD) {
            pause();
            run(); // a task may have taken some meanwhile
        }
        ChannelFuture registration = home.eventLoop().register(child);
        if (registration.cause() instanceof RejectedExecutionException) { // which calls no listener any more
            dropped();
            return;
        }
        registration.addListener(registered -> {
            if (registered.isSuccess()) {
                offer(transport.open());
            } else {
                dropped();
            }
        });
    }

    /** Closes a channel that is not registered yet. */
    private static void reset(Channel child) {
        try {
            child.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException refused) {
            // then it is closed in the ordinary way
        }
        child.unsafe().closeForcibly();
    }

    /** A connection is gone before anybody was offered it. */
    private void dropped() {
        ahead.decrementAndGet();
        port.errands().request(this); // it may have been one too many
    }

    /** The loop of the next connection. When they are spread, loops that were shut down are passed over. */
    private NettyLoopPort home() {
        List<NettyLoopPort> ports = network.ports();
        for (int i = 0; settings.spread() && i < ports.size(); i++) {
            turn = (turn + 1) % ports.size();
            if (!ports.get(turn).eventLoop().isShuttingDown()) {
                return ports.get(turn);
            }
        }
        return port;
    }

    /** On the loop of the connection. */
    private void offer(ChannelTransport connection) {
        accepted.add(connection);
        if (closed) {
            dropAccepted();
        } else {
            acceptor.wake();
        }
    }

    /** The port can be had again. */
    private void closedNow() {
        gone = true;
        closer.wake();
    }

    private void pause() {
        if (!paused) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    @Override
    void run() {
        if (closed) {
            var _ = channel.close();
            dropAccepted();
        } else if (paused && refused == null && ahead.get() < AHEAD) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    @Override
    void failed(Throwable cause) {
        refuse(cause);
    }

    @Override
    void loopEnded() {
        close();
        closedNow();
    }

    // ---- any thread ----

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            acceptor.wake();
            port.errands().request(this);
        }
    }

    private void dropAccepted() {
        for (ChannelTransport next = accepted.poll(); next != null; next = accepted.poll()) {
            next.abort();
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        InetSocketAddress bound = local;
        if (bound == null) {
            throw new IllegalStateException("Not bound");
        }
        return bound;
    }

    @Override
    public String toString() {
        return "ChannelListener[" + channel + "]";
    }
}
