package io.anyio.netty.tcp;

import io.anyio.lowlevel.SingleWaiter;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.loop.OpenChannels;
import io.anyio.netty.transport.SystemErrors;
import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.LoopAction;
import io.anyio.spi.OneFamily;
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
 * A server channel with a blocking accept.
 *
 * <p>The channel accepts a few connections in advance, so that none is lost when a task stops waiting. It pauses while
 * no connections are wanted.
 */
public final class ChannelListener implements AcceptTransport, LoopAction.Handler, OpenChannels.OpenChannel {

    /** The number of accepted connections that may wait for a task before accepting pauses. */
    private static final int AHEAD = 16;

    /**
     * The number of turns of the loop after which the system has released a closed socket: NIO releases it with its
     * next select, io_uring when the pending accept has been cancelled.
     */
    private static final int TURNS = 3;

    private final ChannelSetup setup;
    private final Channel channel;
    private final NettyLoopDriver driver;
    private final SocketSettings settings;
    private final @Nullable OneFamily family; // null: both families are accepted
    private final Queue<ChannelTransport> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ahead = new AtomicInteger(); // connections not taken by a task, registered or not
    private final LoopAction action;
    private final SingleWaiter acceptor;
    private final SingleWaiter closer;
    private int turn; // loop only: the index of the last loop used when connections are spread

    private volatile boolean paused; // written by the loop
    private volatile @Nullable IOException refused; // written by the loop, cleared by the task that throws it
    private volatile boolean closed; // set once by any thread
    private volatile boolean gone; // set once by the loop: the system no longer listens
    private volatile @Nullable InetSocketAddress local; // set once by open()

    public ChannelListener(
            ChannelSetup setup,
            Channel channel,
            NettyLoopDriver driver,
            SocketSettings settings,
            @Nullable OneFamily family) {
        this.setup = setup;
        this.channel = channel;
        this.driver = driver;
        this.settings = settings;
        this.family = family;
        this.action = driver.actions().action(this);
        this.acceptor = SingleWaiter.create(driver.loopThread());
        this.closer = SingleWaiter.create(driver.loopThread());
        channel.pipeline().addLast(new Acceptor());
    }

    Channel channel() {
        return channel;
    }

    /** Records the address of the bound channel, because the system forgets it when the channel is closed. */
    public ChannelListener open() {
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
                    action.request();
                }
                return next;
            }
            IOException failure = refused;
            if (failure != null) {
                refused = null;
                throw failure;
            }
            if (paused) {
                action.request();
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
            driver.open().add(context.channel(), ChannelListener.this);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            driver.open().remove(context.channel());
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
            driver.afterTurns(TURNS, ChannelListener.this::closedNow);
        }
    }

    private void refuse(Throwable cause) {
        refused = SystemErrors.precise(cause);
        pause(); // the same failure would come again immediately
        acceptor.wake();
    }

    private void register(Channel child) {
        if (family != null && !family.admits(child.remoteAddress())) {
            reset(child);
            return;
        }
        NettyLoopDriver home = home();
        var transport = setup.transport(child, home);
        try {
            setup.configure(child, settings);
        } catch (ChannelException gone) { // the peer has already broken the connection
            child.unsafe().closeForcibly();
            return;
        }
        if (ahead.incrementAndGet() >= AHEAD) {
            pause();
            run(); // a task may have taken some meanwhile
        }
        ChannelFuture registration = home.eventLoop().register(child);
        if (registration.cause() instanceof RejectedExecutionException) { // its listeners are never called
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
            // then it is closed without a reset
        }
        child.unsafe().closeForcibly();
    }

    /** Handles a connection that was lost before it was offered to a task. */
    private void dropped() {
        ahead.decrementAndGet();
        action.request(); // accepting may have paused because of it
    }

    /** Returns the loop for the next connection. When connections are spread, loops that were shut down are skipped. */
    private NettyLoopDriver home() {
        List<NettyLoopDriver> drivers = setup.drivers();
        for (int i = 0; settings.spread() && i < drivers.size(); i++) {
            turn = (turn + 1) % drivers.size();
            if (!drivers.get(turn).eventLoop().isShuttingDown()) {
                return drivers.get(turn);
            }
        }
        return driver;
    }

    /** Hands a registered connection to the accepting task. Called on the connection's loop. */
    private void offer(ChannelTransport connection) {
        accepted.add(connection);
        if (closed) {
            dropAccepted();
        } else {
            acceptor.wake();
        }
    }

    /** Notes that the system has released the port. */
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
    public void run() {
        if (closed) {
            var _ = channel.close();
            dropAccepted();
        } else if (paused && refused == null && ahead.get() < AHEAD) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void failed(Throwable cause) {
        refuse(cause);
    }

    @Override
    public ChannelFuture closeNow() {
        return channel.close();
    }

    @Override
    public void loopEnded() {
        close();
        closedNow();
    }

    // ---- any thread ----

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            acceptor.wake();
            action.request();
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
