package io.anyio.netty.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.spi.SelectorProvider;
import org.jspecify.annotations.Nullable;

/** The classes of Netty's transport on the JDK's selectors. */
final class NioClasses implements TransportClasses {
    @Override
    public @Nullable Throwable unavailability() {
        return null;
    }

    @Override
    public IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
    }

    @Override
    public Class<? extends IoHandler> handlerType() {
        return NioIoHandler.class;
    }

    @Override
    public ChannelFactories channels() {
        return ChannelFactories.of("nio", NioServerSocketChannel::new, NioSocketChannel::new)
                .withIpv4(NioClasses::onIpv4)
                .readingWhenReady();
    }

    /** Opens the channel directly, because Netty's own way hides the system's message. */
    private static ServerChannel onIpv4() {
        try {
            return new NioServerSocketChannel(
                    SelectorProvider.provider().openServerSocketChannel(StandardProtocolFamily.INET));
        } catch (IOException refused) {
            throw new ChannelException("Failed to open a socket.", refused);
        }
    }
}
