package io.anyio.examples.netty;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A server that knows products, and its back end. */
@Command
public abstract class ProductExample extends NettyExample {
    @Option(names = "--patience", paramLabel = "MS", description = "how long an answer may take")
    private int patience = 1_000;

    @Option(names = "--stock-patience", paramLabel = "MS", description = "how long it may wait for the stock")
    private int stockPatience = 300;

    /** Starts the server on 127.0.0.1. */
    protected abstract Server start(EventLoopGroup group, int port, BackEnds backEnds) throws Exception;

    @Override
    protected final Server start(EventLoopGroup group, int listenOn) throws Exception {
        var backEnd = new BackEndServer();
        var backEnds = new BackEnds(
                backEnd.address(), backEnd.address(), Duration.ofMillis(patience), Duration.ofMillis(stockPatience));
        Server server;
        try {
            server = start(group, listenOn, backEnds);
        } catch (Exception failure) {
            backEnd.close();
            throw failure;
        }
        System.out.println("try: curl http://127.0.0.1:" + server.port() + "/price/pear; there are " + Answer.PAGES);
        return new Server() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public void stop() throws Exception {
                server.stop();
                backEnd.close();
            }
        };
    }
}
