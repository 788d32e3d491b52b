package io.anyio.netty;

import io.anyio.netty.transport.ChannelFactories;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs whose connections get their buffers from allocators that count every byte, because a pool would retain some. */
public final class CountedBuffers {
    private final UnpooledByteBufAllocator accepted = new UnpooledByteBufAllocator(true);
    private final UnpooledByteBufAllocator connected = new UnpooledByteBufAllocator(true);
    private final AtomicInteger connections = new AtomicInteger();

    /** Returns the options of such a run on one loop. */
    public NettyOptions options(Transport transport) {
        ChannelFactories types = NettyTestBase.channels(transport);
        return NettyOptions.DEFAULTS
                .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, NettyTestBase.handlers(transport)))
                .withChannels(ChannelTypes.of(
                        types.label(),
                        () -> {
                            var server = types.server().newChannel();
                            server.pipeline().addLast(new Accepted());
                            return server;
                        },
                        () -> allocating(types.client().newChannel(), connected)));
    }

    private <C extends Channel> C allocating(C channel, UnpooledByteBufAllocator allocator) {
        channel.config().setAllocator(allocator);
        connections.incrementAndGet();
        return channel;
    }

    /** Sets the allocator of a listener's connections. */
    private final class Accepted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(allocating((Channel) message, accepted));
        }
    }

    /** Returns the number of connections. */
    public int connections() {
        return connections.get();
    }

    /** Returns the bytes in use by accepted connections. */
    public long accepted() {
        return used(accepted);
    }

    /** Returns the bytes in use by outgoing connections. */
    public long connected() {
        return used(connected);
    }

    private static long used(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
