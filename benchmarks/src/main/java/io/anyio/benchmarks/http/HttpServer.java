package io.anyio.benchmarks.http;

import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.anyio.benchmarks.server.MeasuredServer;
import io.anyio.benchmarks.server.ServerThreads;
import io.anyio.netty.MessageStream;
import io.anyio.netty.NettyRuntime;
import io.anyio.spi.Carrier;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * HTTP servers on a Netty loop, on a port that the system assigns. The pipeline of each connection begins with Netty's
 * codec and aggregator; a style is what is behind them:
 *
 * <ul>
 *   <li>{@code handler}: a hand-written handler, which flushes once for all requests that were read together
 *   <li>{@code connection-tasks}: a task for each connection on the loop, {@code connection-tasks-portable} on the
 *       JDK's scheduler
 *   <li>{@code request-tasks}: a task for each request on the loop
 *   <li>{@code bare-connection-threads} and {@code bare-request-threads}: the same with virtual threads that the loop
 *       runs, without tasks
 *   <li>{@code jdk-threads}: a virtual thread of the JDK for each request
 *   <li>{@code jdk-threads-consolidated}: the same with Netty's handler that flushes less often
 * </ul>
 */
final class HttpServer {
    private static final int MAX_BODY = 64 * 1024;

    private static final Map<String, Style> STYLES = new TreeMap<>(Map.of(
            "handler", Style.onLoop(_ -> pipeline -> pipeline.addLast(new HelloHandler())),
            "connection-tasks", Style.onLoop(loops -> connectionTasks(loops, Carrier.LOOP)),
            "connection-tasks-portable", Style.onCarriers(loops -> connectionTasks(loops, Carrier.PORTABLE)),
            "request-tasks", Style.onLoop(HttpServer::requestTasks),
            "bare-connection-threads", Style.onLoop(_ -> pipeline -> pipeline.addLast(new BareThreadForConnection())),
            "bare-request-threads", Style.onLoop(_ -> pipeline -> pipeline.addLast(new BareThreadForEachRequest())),
            "jdk-threads", Style.onCarriers(_ -> pipeline -> pipeline.addLast(new ThreadForEachRequest())),
            "jdk-threads-consolidated",
                    Style.onCarriers(_ -> pipeline -> pipeline.addFirst(new FlushConsolidationHandler(
                                    FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true))
                            .addLast(new ThreadForEachRequest()))));

    private HttpServer() {}

    /** Adds what answers the requests of a connection to its pipeline. */
    interface Connection {
        void addTo(ChannelPipeline pipeline);
    }

    /**
     * A way to answer requests.
     *
     * @param carriers whether the JDK's scheduler takes part, so that its threads are part of the cost
     * @param connections called once for a server, with its loop
     */
    private record Style(boolean carriers, Function<EventLoops, Connection> connections) {

        static Style onLoop(Function<EventLoops, Connection> connections) {
            return new Style(false, connections);
        }

        static Style onCarriers(Function<EventLoops, Connection> connections) {
            return new Style(true, connections);
        }
    }

    private static Connection connectionTasks(EventLoops loops, Carrier carrier) {
        ChannelHandler handler = loops.attach(carrier).handler(HttpServer::answer);
        return pipeline -> pipeline.addLast(handler);
    }

    private static void answer(MessageStream connection) {
        while (true) {
            HttpRequest request = connection.receive(HttpRequest.class);
            connection.send(Hello.answer(request));
        }
    }

    private static Connection requestTasks(EventLoops loops) {
        NettyRuntime runtime = loops.attach(Carrier.LOOP);
        return pipeline -> pipeline.addLast(new TaskForEachRequest(runtime));
    }

    /** Starts a server, which listens when this returns. */
    static MeasuredServer open(String loop, String name) throws Exception {
        Style style = STYLES.get(name);
        if (style == null) {
            throw new IllegalArgumentException(
                    "There is no HTTP server in the style " + name + "; choose one of " + STYLES.keySet());
        }
        EventLoops loops = EventLoops.open(LoopKind.of(loop), 1, "http-server");
        try {
            InetSocketAddress address = listen(loops, style.connections.apply(loops));
            ServerThreads threads = ServerThreads.ofLoop(loops.all().getFirst());
            return new MeasuredServer(
                    name + " on " + loop + ", " + EventLoops.netty(),
                    address,
                    style.carriers ? threads.withCarriers() : threads,
                    loops::close);
        } catch (Throwable t) {
            loops.close();
            throw t;
        }
    }

    private static InetSocketAddress listen(EventLoops loops, Connection connection) throws InterruptedException {
        Channel listening = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.kind().serverChannels::get)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connection.addTo(
                                channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY)));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return (InetSocketAddress) listening.localAddress();
    }
}
