package io.anyio.netty;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs whose connections take their buffers from allocators that count every byte, where a pool would keep some. */
final class CountedBuffers {
    private final UnpooledByteBufAllocator accepted = new UnpooledByteBufAllocator(true);
    private final UnpooledByteBufAllocator connected = new UnpooledByteBufAllocator(true);
    private final AtomicInteger connections = new AtomicInteger();

    NettyOptions options(Transport transport) {
        ChannelTypes types = Transports.channels(transport);
        return NettyOptions.DEFAULTS
                .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, Transports.handlers(transport)))
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

    /** Gives the allocator to the connections of a listener. */
    private final class Accepted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(allocating((Channel) message, accepted));
        }
    }

    /** How many connections there were. */
    int connections() {
        return connections.get();
    }

    /** Bytes in use by connections that were accepted. */
    long accepted() {
        return used(accepted);
    }

    /** Bytes in use by connections that were made. */
    long connected() {
        return used(connected);
    }

    private static long used(UnpooledByteBufAllocator allocator) {
        return allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    }
}
