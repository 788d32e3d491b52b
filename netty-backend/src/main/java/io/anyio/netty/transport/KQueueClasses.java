package io.anyio.netty.transport;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import org.jspecify.annotations.Nullable;

/** The classes of Netty's transport on the kqueue of macOS and the BSDs. */
final class KQueueClasses implements TransportClasses {
    @Override
    public @Nullable Throwable unavailability() {
        return KQueue.isAvailable() ? null : KQueue.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
        return KQueueIoHandler.newFactory();
    }

    @Override
    public Class<? extends IoHandler> handlerType() {
        return KQueueIoHandler.class;
    }

    @Override
    public ChannelFactories channels() {
        return ChannelFactories.of("kqueue", KQueueServerSocketChannel::new, KQueueSocketChannel::new)
                .readingWhenReady();
    }
}
