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
     * Channels made by these factories, as in {@code ChannelTypes.of("nio", NioServerSocketChannel::new,
     * NioSocketChannel::new)}.
     *
     * @param label the name to print for this transport
     */
    public static ChannelTypes of(
            String label, ChannelFactory<? extends ServerChannel> server, ChannelFactory<? extends Channel> client) {
        return new ChannelTypes(label, server, server, client, false); // unknown
    }

    /** The same channels, known to read when there is something to read, and to be done with it at once. */
    ChannelTypes readingWhenReady() {
        return new ChannelTypes(label, server, ipv4Server, client, true);
    }

    /** The same channels, with those that listen on an IPv4 address made for IPv4 only. */
    ChannelTypes withIpv4(ChannelFactory<? extends ServerChannel> ipv4Only) {
        return new ChannelTypes(label, server, ipv4Only, client, readWhenReady);
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

    /** Makes the channels that listen on an IPv4 address; they may be open on IPv6 nevertheless. */
    ChannelFactory<? extends ServerChannel> ipv4Server() {
        return ipv4Server;
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
