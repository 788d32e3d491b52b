package io.anyio.netty.transport;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import org.jspecify.annotations.Nullable;

/** The classes of Netty's transport on Linux's epoll. */
final class EpollClasses implements TransportClasses {
    @Override
    public @Nullable Throwable unavailability() {
        return Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
        return EpollIoHandler.newFactory();
    }

    @Override
    public Class<? extends IoHandler> handlerType() {
        return EpollIoHandler.class;
    }

    @Override
    public ChannelFactories channels() {
        return ChannelFactories.of("epoll", EpollServerSocketChannel::new, EpollSocketChannel::new)
                .withIpv4(() -> new EpollServerSocketChannel(SocketProtocolFamily.INET))
                .readingWhenReady();
    }
}
