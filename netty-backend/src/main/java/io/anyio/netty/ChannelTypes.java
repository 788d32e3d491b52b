package io.anyio.netty;

import io.anyio.netty.transport.ChannelFactories;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;

/**
 * The TCP channel types that fit a group of event loops. Needed only for groups from which they cannot be determined,
 * such as wrappers; see {@link NettyOptions#withChannels}.
 */
public final class ChannelTypes {
    private final ChannelFactories factories;

    private ChannelTypes(ChannelFactories factories) {
        this.factories = factories;
    }

    /**
     * Returns channel types with the given factories, as in {@code ChannelTypes.of("nio", NioServerSocketChannel::new,
     * NioSocketChannel::new)}.
     *
     * @param label the name to print for this transport
     */
    public static ChannelTypes of(
            String label, ChannelFactory<? extends ServerChannel> server, ChannelFactory<? extends Channel> client) {
        return new ChannelTypes(ChannelFactories.of(label, server, client));
    }

    ChannelFactories factories() {
        return factories;
    }

    /** Returns the name to print for this transport. */
    public String label() {
        return factories.label();
    }

    /** Returns the factory of listening channels. */
    public ChannelFactory<? extends ServerChannel> server() {
        return factories.server();
    }

    /** Returns the factory of connecting channels. */
    public ChannelFactory<? extends Channel> client() {
        return factories.client();
    }

    @Override
    public String toString() {
        return "ChannelTypes[" + label() + "]";
    }
}
