package io.anyio.netty.loop;

import io.anyio.lowlevel.CurrentBackend;

/** The channels that the current run has open on its first loop, listeners included. For tasks. */
public final class OpenChannelsHere {
    private OpenChannelsHere() {}

    /** Does not use Netty's count, which on io_uring decreases late. */
    public static int count() throws Exception {
        var driver = (NettyLoopDriver) CurrentBackend.get("test").loops().getFirst();
        return driver.eventLoop().submit(() -> driver.open().size()).get();
    }
}
