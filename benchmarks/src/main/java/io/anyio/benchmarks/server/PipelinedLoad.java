package io.anyio.benchmarks.server;

import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategy;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Clients that keep a server busy from their own loop, always in the same way, whatever the server runs on. Each
 * connection has the same number of requests under way, and sends another one for each answer that has come back.
 */
public final class PipelinedLoad implements AutoCloseable {
    /** The kind of loop that the clients run on, on this machine. */
    static final LoopKind KIND = LoopKind.EPOLL.whyNot().isEmpty() ? LoopKind.EPOLL : LoopKind.NIO;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoops loops = EventLoops.open(KIND, handlers(), 1, "load");
    private final Exchange exchange;
    private final int underWay;
    private final ByteBuf requests; // as many as are ever sent together, in sequence
    private final List<Channel> connected = new ArrayList<>();
    private volatile long answered; // answers that have come back; written by the loop
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;
    private volatile boolean paused;

    private PipelinedLoad(Exchange exchange, int underWay) {
        this.exchange = exchange;
        this.underWay = underWay;
        this.requests = Unpooled.directBuffer(underWay * exchange.requestLength());
        requests.writeBytes(exchange.requests(underWay));
    }

    /** Connects, and keeps the server busy from then on. */
    public static PipelinedLoad start(InetSocketAddress server, int connections, Exchange exchange, int underWay) {
        var load = new PipelinedLoad(exchange, underWay);
        try {
            load.connect(server, connections);
            return load;
        } catch (Throwable t) {
            load.close();
            throw t;
        }
    }

    /**
     * Returns a loop's settings with which it does not sleep except in a pause. The answer of a server wakes clients
     * that sleep, at the cost of the server. A slower server would find them asleep more often.
     */
    private IoHandlerFactory handlers() {
        SelectStrategy strategy =
                (selectNow, hasTasks) -> paused && !hasTasks ? SelectStrategy.SELECT : selectNow.get();
        return KIND == LoopKind.EPOLL
                ? EpollIoHandler.newFactory(0, () -> strategy)
                : NioIoHandler.newFactory(SelectorProvider.provider(), () -> strategy);
    }

    private void connect(InetSocketAddress server, int connections) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops.group())
                .channelFactory(KIND.clientChannels::get)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection());
                    }
                });
        List<ChannelFuture> connecting = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            connecting.add(bootstrap.connect(server));
        }
        connecting.forEach(future -> connected.add(future.syncUninterruptibly().channel()));
    }

    /** Runs all clients on their processor. */
    void bind() throws Exception {
        Callable<Boolean> bind = () -> {
            Processor.CLIENTS.bindThisThread();
            return true;
        };
        loops.all().getFirst().submit(bind).get();
    }

    /** Returns the number of answers that have come back so far. */
    public long answered() {
        return answered;
    }

    /** Stops the clients from receiving, and so from sending. */
    void pause() {
        paused = true;
        connected.forEach(channel -> channel.config().setAutoRead(false));
    }

    /** Lets the clients continue. */
    void resume() {
        paused = false;
        connected.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Waits until {@code count} more answers have come back; fails after an error or if none arrive in time. */
    public void awaitMore(long count) throws InterruptedException {
        awaitMore(count, PATIENCE);
    }

    public void awaitMore(long count, Duration patience) throws InterruptedException {
        long before = answered;
        long giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            if (failure != null) {
                throw new IllegalStateException("The load has failed", failure);
            }
            if (answered - before >= count) {
                return;
            }
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "Only " + (answered - before) + " of " + count + " answers came back in time");
            }
            Thread.sleep(1);
        }
    }

    /** One connection: counts and checks the received bytes, at little cost to the other core. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private long sent; // requests
        private long received; // bytes
        private long complete; // answers that have come back completely

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(context, underWay);
        }

        private void send(ChannelHandlerContext context, int count) {
            sent += count;
            // the void promise hands failures to exceptionCaught
            var _ = context.writeAndFlush(
                    requests.retainedSlice(0, count * exchange.requestLength()), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            ByteBuf bytes = (ByteBuf) message;
            try {
                int count = bytes.readableBytes();
                if (count == 0) {
                    return;
                }
                exchange.check(bytes.getByte(bytes.readerIndex()), received);
                received += count;
                exchange.check(bytes.getByte(bytes.writerIndex() - 1), received - 1);
                if (received > sent * exchange.answerLength()) {
                    throw new IOException("Received " + received + " bytes as the answers to " + sent + " requests");
                }
            } finally {
                bytes.release();
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        public void channelReadComplete(ChannelHandlerContext context) {
            int more = Math.toIntExact(received / exchange.answerLength() - complete);
            if (more > 0) {
                complete += more;
                answered += more;
                send(context, more);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failed(cause);
            var _ = context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failed(new IOException("The server has closed a connection after " + received + " bytes"));
        }
    }

    private void failed(Throwable cause) {
        if (!closing && failure == null) {
            failure = cause;
        }
    }

    /** Ends the connections and the loop. */
    @Override
    public void close() {
        closing = true;
        loops.close();
        requests.release();
    }
}
