package io.anyio.examples.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An example that is a server of Netty. Its event loops belong to it and not to the library. */
@Command(sortOptions = false, showDefaultValues = true, usageHelpAutoWidth = true)
public abstract class NettyExample implements Callable<Integer> {
    private static final long LIMIT_SECONDS = 5;

    @Option(names = "--port", paramLabel = "N", description = "the port to listen on, 0 for any")
    private int port = 7011;

    @Option(names = "--loops", paramLabel = "N", description = "how many event loops")
    private int loops = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "describes the options")
    boolean help;

    /** A server that listens. */
    public interface Server {

        /** Returns its port. */
        int port();

        /** Ends it gracefully. The event loops are shut down afterwards. */
        void stop() throws Exception;
    }

    /** Starts the server on 127.0.0.1. */
    protected abstract Server start(EventLoopGroup group, int listenOn) throws Exception;

    /** Serves until SIGINT or SIGTERM, and returns the exit status of the program. */
    @Override
    public final Integer call() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(loops, NioIoHandler.newFactory());
        try {
            Server server = start(group, port);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, group), "end of the example"));
            System.out.println("listening on 127.0.0.1:" + server.port());
        } catch (IOException failure) { // such as a port in use
            var _ = group.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS);
            throw new UncheckedIOException(failure.getMessage(), failure);
        }
        group.terminationFuture().sync();
        return 0;
    }

    /** Called by the JVM on a signal. This end is intended, so the status is 0. */
    private static void stop(Server server, EventLoopGroup group) {
        int status = 1;
        try {
            server.stop();
            group.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).sync();
            System.out.println("stopped");
            status = 0;
        } catch (Exception failure) {
            System.err.println("Cannot stop: " + failure);
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }
}
