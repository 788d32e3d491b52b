package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;

/**
 * The TCP channels that fit a group of event loops. Needed only for groups that do not tell, such as wrappers; see
 * {@link NettyOptions#withChannels}.
 */
public final class ChannelTypes {
    private final String label;
    private final ChannelFactory<? extends ServerChannel> server;
    private final ChannelFactory<? extends Channel> client;
    private final boolean readWhenReady;

    private ChannelTypes(
            String label,
            ChannelFactory<? extends ServerChannel> server,
            ChannelFactory<? extends Channel> client,
            boolean readWhenReady) {
        this.label = label;
        this.readWhenReady = readWhenReady;
        this.server = server;
        this.client = client;
    }

    /**
     * Channels made by these factories, as in {@code ChannelTypes.of("nio", NioServerSocketChannel::new,
     * NioSocketChannel::new)}.
     *
     * @param label the name to print for this transport
     */
    public static ChannelTypes of(
            String label, ChannelFactory<? extends ServerChannel> server, ChannelFactory<? extends Channel> client) {
        return new ChannelTypes(label, server, client, false); // nobody knows
    }

    /** The same channels, known to read when there is something to read, and to be done with it at once. */
    ChannelTypes readingWhenReady() {
        return new ChannelTypes(label, server, client, true);
    }

    boolean readWhenReady() {
        return readWhenReady;
    }

    /** The name to print for this transport. */
    public String label() {
        return label;
    }

    /** Makes the channels that listen. */
    public ChannelFactory<? extends ServerChannel> server() {
        return server;
    }

    /** Makes the channels that connect. */
    public ChannelFactory<? extends Channel> client() {
        return client;
    }

    @Override
    public String toString() {
        return "ChannelTypes[" + label + "]";
    }
}
