package io.anyio.netty.transport;

import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.jspecify.annotations.Nullable;

/** The classes of Netty's transport on Linux's io_uring. */
final class IoUringClasses implements TransportClasses {
    @Override
    public @Nullable Throwable unavailability() {
        try {
            var _ = IoUringSocketChannel.class.getMethod("tcpInfo"); // see IoUringResetDetector
        } catch (NoSuchMethodException old) {
            return new UnsupportedOperationException(
                    "the io_uring of this Netty is too old. Use Netty " + NettyVersions.TESTED, old);
        }
        return IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
    }

    @Override
    public IoHandlerFactory handlers() {
        return IoUringIoHandler.newFactory();
    }

    @Override
    public Class<? extends IoHandler> handlerType() {
        return IoUringIoHandler.class;
    }

    @Override
    public ChannelFactories channels() {
        return ChannelFactories.of("io_uring", IoUringServerSocketChannel::new, IoUringSocketChannel::new);
    }
}
