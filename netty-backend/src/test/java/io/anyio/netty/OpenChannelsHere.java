package io.anyio.netty;

import io.anyio.lowlevel.CurrentNetwork;

/** The channels that the current run has open on its first loop, listeners included. For tasks. */
final class OpenChannelsHere {
    private OpenChannelsHere() {}

    /** Does not use Netty's count, which on io_uring decreases late. */
    static int count() throws Exception {
        NettyLoopDriver port =
                ((NettyNetwork) CurrentNetwork.get("test")).ports().getFirst();
        return port.eventLoop().submit(() -> port.open().size()).get();
    }
}
