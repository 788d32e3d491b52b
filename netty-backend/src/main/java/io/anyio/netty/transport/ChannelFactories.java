package io.anyio.netty.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;

/**
 * The factories of the TCP channels that fit a group of event loops. {@code ChannelTypes} is their public form.
 *
 * @param label the name to print for this transport
 * @param server makes listening channels
 * @param ipv4Server makes channels that listen on an IPv4 address; they may be open for IPv6 as well
 * @param client makes connecting channels
 * @param readWhenReady whether the channels read only when there is data, and finish the read immediately
 */
public record ChannelFactories(
        String label,
        ChannelFactory<? extends ServerChannel> server,
        ChannelFactory<? extends ServerChannel> ipv4Server,
        ChannelFactory<? extends Channel> client,
        boolean readWhenReady) {

    /** Returns factories of channels about which nothing else is known. */
    public static ChannelFactories of(
            String label, ChannelFactory<? extends ServerChannel> server, ChannelFactory<? extends Channel> client) {
        return new ChannelFactories(label, server, server, client, false); // readiness is unknown
    }

    /** Returns the same factories, of channels that read only when there is data, and finish the read immediately. */
    ChannelFactories readingWhenReady() {
        return new ChannelFactories(label, server, ipv4Server, client, true);
    }

    /** Returns the same factories with one of IPv4-only channels, used to listen on an IPv4 address. */
    ChannelFactories withIpv4(ChannelFactory<? extends ServerChannel> ipv4Only) {
        return new ChannelFactories(label, server, ipv4Only, client, readWhenReady);
    }
}
