package io.anyio.examples.netty.after;

import io.anyio.examples.netty.BackEnds;
import io.anyio.examples.netty.ProductExample;
import io.netty.channel.EventLoopGroup;
import picocli.CommandLine.Command;

/** The server with tasks as an example. */
@Command(name = "netty-server-after", description = "the same server with tasks; try it with curl")
public final class ProductServerAfter extends ProductExample {
    @Override
    protected Server start(EventLoopGroup group, int port, BackEnds backEnds) throws Exception {
        return new ProductServer(group, port, backEnds);
    }
}
