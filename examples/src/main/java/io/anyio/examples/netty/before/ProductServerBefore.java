package io.anyio.examples.netty.before;

import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.ProductExample;
import io.netty.channel.EventLoopGroup;
import picocli.CommandLine.Command;

/** The server with callbacks as an example. */
@Command(name = "netty-server-before", description = "a server of Netty with callbacks; try it with curl")
public final class ProductServerBefore extends ProductExample {
    @Override
    protected Server start(EventLoopGroup group, int port, BackEnds backEnds) throws Exception {
        return new ProductServer(group, port, backEnds);
    }
}
