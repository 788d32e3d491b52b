package io.anyio.benchmarks.echo;

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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients that keep a server busy from their own loop, always in the same way, whatever the server runs on. Each
 * connection has {@link #IN_FLIGHT} messages under way, and sends another one for each that has come back.
 */
final class EchoLoad implements AutoCloseable {
    static final int IN_FLIGHT = 16;

    /** The kind of loop that the clients run on, on this machine. */
    static final LoopKind KIND = LoopKind.EPOLL.whyNot().isEmpty() ? LoopKind.EPOLL : LoopKind.NIO;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoops loops = EventLoops.open(KIND, 1, "echo-load");
    private final int size;
    private final ByteBuf messages; // as many as are ever sent together, in sequence
    private final List<Channel> connected = new ArrayList<>();
    private volatile long echoed; // messages that have come back; written by the loop
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;

    private EchoLoad(int size) {
        this.size = size;
        this.messages = Unpooled.directBuffer(size * IN_FLIGHT);
        for (int i = 0; i < size * IN_FLIGHT; i++) {
            messages.writeByte(byteAt(i));
        }
    }

    /** Returns the byte at an offset of a connection, which reveals lost, duplicated and moved bytes. */
    private byte byteAt(long offset) {
        return (byte) (offset % size % 251);
    }

    /** Connects, and keeps the server busy from then on. */
    static EchoLoad start(InetSocketAddress server, int connections, int size) {
        var load = new EchoLoad(size);
        try {
            load.connect(server, connections);
            return load;
        } catch (Throwable t) {
            load.close();
            throw t;
        }
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

    /** Returns the number of messages that have come back so far. */
    long echoed() {
        return echoed;
    }

    /** Stops the clients from receiving, and so from sending. */
    void pause() {
        connected.forEach(channel -> channel.config().setAutoRead(false));
    }

    /** Lets the clients continue. */
    void resume() {
        connected.forEach(channel -> channel.config().setAutoRead(true));
    }

    /** Waits until {@code count} more messages have come back; fails after an error or if none arrive in time. */
    void awaitMore(long count) throws InterruptedException {
        awaitMore(count, PATIENCE);
    }

    void awaitMore(long count, Duration patience) throws InterruptedException {
        long before = echoed;
        long giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            if (failure != null) {
                throw new IllegalStateException("The load has failed", failure);
            }
            if (echoed - before >= count) {
                return;
            }
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "Only " + (echoed - before) + " of " + count + " messages came back in time");
            }
            Thread.sleep(1);
        }
    }

    /** One connection: counts and checks the echoed bytes, at little cost to the other core. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private long sent; // bytes
        private long received; // bytes
        private long answered; // messages that have come back completely

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(context, IN_FLIGHT);
        }

        private void send(ChannelHandlerContext context, int count) {
            sent += (long) count * size;
            // the void promise hands failures to exceptionCaught
            var _ = context.writeAndFlush(messages.retainedSlice(0, count * size), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
            ByteBuf bytes = (ByteBuf) message;
            try {
                int count = bytes.readableBytes();
                if (count == 0) {
                    return;
                }
                check(bytes.getByte(bytes.readerIndex()), received);
                received += count;
                check(bytes.getByte(bytes.writerIndex() - 1), received - 1);
                if (received > sent) {
                    throw new IOException("Received " + received + " bytes, but sent only " + sent);
                }
            } finally {
                bytes.release();
            }
        }

        private void check(byte found, long offset) throws IOException {
            byte expected = byteAt(offset);
            if (found != expected) {
                throw new IOException("Byte " + offset + " of a connection is " + found + " instead of " + expected);
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
        public void channelReadComplete(ChannelHandlerContext context) {
            int whole = Math.toIntExact(received / size - answered);
            if (whole > 0) {
                answered += whole;
                echoed += whole;
                send(context, whole);
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
        messages.release();
    }
}
