package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.LoopKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that keep a server busy from their own loop, always in the same way: on epoll if it is available, else on
 * NIO, whatever the server runs on. Each connection has {@link #IN_FLIGHT} messages under way, and sends another one
 * for each that has come back.
 */
final class EchoLoad implements AutoCloseable {
    static final int IN_FLIGHT = 16;

    private static final long PATIENCE_SECONDS = 20;

    private final MultiThreadIoEventLoopGroup group;
    private final int size;
    private final ByteBuf messages; // as many as are ever sent together, in sequence
    private final List<Channel> connected = new ArrayList<>();
    private volatile long echoed; // messages that have come back; written by the loop
    private volatile long goal = Long.MAX_VALUE; // when to wake the waiter; written by the waiter, reset by the loop
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Throwable failure;
    private volatile boolean closing;

    private EchoLoad(int size) {
        LoopKind kind = kind();
        this.group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("echo-load", true), kind.handlers());
        this.size = size;
        byte[] message = new byte[size * IN_FLIGHT];
        for (int i = 0; i < message.length; i++) {
            message[i] = byteAt(i, size);
        }
        this.messages = Unpooled.directBuffer(message.length).writeBytes(message);
    }

    /** Returns the kind of loop that the clients run on, on this machine. */
    static LoopKind kind() {
        return LoopKind.EPOLL.whyNot().isEmpty() ? LoopKind.EPOLL : LoopKind.NIO;
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
                .group(group)
                .channelFactory(() -> kind() == LoopKind.EPOLL ? new EpollSocketChannel() : new NioSocketChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new EchoConnection(EchoLoad.this));
                    }
                });
        List<ChannelFuture> connecting = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            connecting.add(bootstrap.connect(server));
        }
        for (ChannelFuture connection : connecting) {
            if (!connection.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS) || !connection.isSuccess()) {
                throw new IllegalStateException("Cannot connect to " + server, connection.cause());
            }
            connected.add(connection.channel());
        }
    }

    // ---- for the benchmarks ----

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
    void awaitMore(long count) {
        awaitMore(count, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    void awaitMore(long count, Duration patience) {
        long wanted = echoed + count;
        long giveUp = System.nanoTime() + patience.toNanos();
        waiter = Thread.currentThread();
        goal = wanted;
        while (echoed < wanted) {
            refuseWhenFailed();
            long left = giveUp - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException(
                        "Only " + (echoed + count - wanted) + " of " + count + " messages came back in time");
            }
            LockSupport.parkNanos(this, left);
        }
        refuseWhenFailed();
    }

    private void refuseWhenFailed() {
        Throwable broken = failure;
        if (broken != null) {
            throw new IllegalStateException("The load has failed", broken);
        }
    }

    // ---- for the connections ----

    int size() {
        return size;
    }

    /** Returns messages to be sent; the receiver of the buffer releases it. */
    ByteBuf messages(int count) {
        return messages.retainedSlice(0, count * size);
    }

    /** Returns the byte at an offset of a connection, which reveals lost, duplicated and moved bytes. */
    static byte byteAt(long offset, int size) {
        return (byte) (offset % size % 251);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void add(int count) {
        echoed += count;
        if (echoed >= goal) {
            goal = Long.MAX_VALUE;
            LockSupport.unpark(waiter);
        }
    }

    void failed(Throwable cause) {
        if (!closing && failure == null) {
            failure = cause;
            LockSupport.unpark(waiter);
        }
    }

    /** Ends the connections and the loop. */
    @Override
    public void close() {
        closing = true;
        var _ = group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!group.terminationFuture().awaitUninterruptibly(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The loop of the load has not terminated");
        }
        messages.release();
    }
}
