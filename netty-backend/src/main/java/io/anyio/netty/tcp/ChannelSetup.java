package io.anyio.netty.tcp;

import io.anyio.netty.buffer.ChannelReadAllocator;
import io.anyio.netty.loop.NettyLoopDriver;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.netty.transport.IoUringEagerRead;
import io.anyio.spi.SocketSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepares the channels of a run: their types, their options, and the transports of its connections. */
public final class ChannelSetup {
    /** The maximum number of consecutive writes of a channel. */
    private static final int WRITES = 1024;

    private final List<NettyLoopDriver> drivers;
    private final @Nullable ChannelFactories types;

    /** Prepares channels of the loops with these drivers. Without {@code types} no channel can be made. */
    public ChannelSetup(List<NettyLoopDriver> drivers, @Nullable ChannelFactories types) {
        this.drivers = drivers;
        this.types = types;
    }

    List<NettyLoopDriver> drivers() {
        return drivers;
    }

    /**
     * Returns the factories of the channels.
     *
     * @throws IllegalStateException if they cannot be determined
     */
    public ChannelFactories types() {
        if (types == null) {
            throw new IllegalStateException(
                    "Cannot determine the channel types for this event loop group; tasks and timers work,"
                            + " networking does not. Name the channel types with NettyOptions.withChannels, as in"
                            + " ChannelTypes.of(\"nio\", NioServerSocketChannel::new, NioSocketChannel::new)");
        }
        return types;
    }

    /** Creates the transport of a channel that is not registered yet. */
    public ChannelTransport transport(Channel channel, NettyLoopDriver driver) {
        IoUringEagerRead.atOnce(channel);
        return new ChannelTransport(
                channel, driver, types().readWhenReady() ? driver.readAllocator() : ChannelReadAllocator.of(channel));
    }

    /** Sets the options of a connection. */
    public void configure(Channel channel, SocketSettings settings) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        config.setOption(ChannelOption.AUTO_CLOSE, false); // a failed write must not close the channel: see LastBytes
        config.setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0); // cancel scopes limit the time
        config.setOption(ChannelOption.TCP_NODELAY, settings.tcpNoDelay());
        // until the system takes no more: little is under way, and stopping earlier awaits nothing; see
        // EpollReregistration
        config.setOption(ChannelOption.WRITE_SPIN_COUNT, WRITES);
    }
}
