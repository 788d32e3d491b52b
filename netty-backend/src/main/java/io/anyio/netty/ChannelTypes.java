package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;

/**
 * The TCP channel types that fit a group of event loops. Needed only for groups from which they cannot be determined,
 * such as wrappers; see {@link NettyOptions#withChannels}.
 */
public final class ChannelTypes {
    private final String label;
    private final ChannelFactory<? extends ServerChannel> server;
    private final ChannelFactory<? extends ServerChannel> ipv4Server;
    private final ChannelFactory<? extends Channel> client;
    private final boolean readWhenReady;

    private ChannelTypes(
            String label,
            ChannelFactory<? extends ServerChannel> server,
            ChannelFactory<? extends ServerChannel> ipv4Server,
            ChannelFactory<? extends Channel> client,
            boolean readWhenReady) {
        this.label = label;
        this.readWhenReady = readWhenReady;
        this.server = server;
        this.ipv4Server = ipv4Server;
        this.client = client;
    }

    /**
     * Returns channel types with the given factories, as in {@code ChannelTypes.of("nio", NioServerSocketChannel::new,
     * NioSocketChannel::new)}.
     *
     * @param label the name to print for this transport
     */
    public static ChannelTypes of(
            String label, ChannelFactory<? extends ServerChannel> server, ChannelFactory<? extends Channel> client) {
        return new ChannelTypes(label, server, server, client, false); // readiness is unknown
    }

    /** Returns the same types, known to read only when there is data, and to finish the read immediately. */
    ChannelTypes readingWhenReady() {
        return new ChannelTypes(label, server, ipv4Server, client, true);
    }

    /** Returns the same types with a factory of IPv4-only channels, used to listen on an IPv4 address. */
    ChannelTypes withIpv4(ChannelFactory<? extends ServerChannel> ipv4Only) {
        return new ChannelTypes(label, server, ipv4Only, client, readWhenReady);
    }

    boolean readWhenReady() {
        return readWhenReady;
    }

    /** Returns the name to print for this transport. */
    public String label() {
        return label;
    }

    /** Returns the factory of listening channels. */
    public ChannelFactory<? extends ServerChannel> server() {
        return server;
    }

    /** Returns the factory of channels that listen on an IPv4 address. They may be open for IPv6 as well. */
    ChannelFactory<? extends ServerChannel> ipv4Server() {
        return ipv4Server;
    }

    /** Returns the factory of connecting channels. */
    public ChannelFactory<? extends Channel> client() {
        return client;
    }

    @Override
    public String toString() {
        return "ChannelTypes[" + label + "]";
    }
}
