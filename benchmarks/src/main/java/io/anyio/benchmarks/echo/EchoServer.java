package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.anyio.net.SocketStream;
import io.anyio.spi.Carrier;
import io.anyio.stream.Listener.Handler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * An echo server on its own loop and on a port that the system assigns, in one of these styles:
 *
 * <ul>
 *   <li>{@code anyio}: a task for each connection, with one buffer for all bytes received and sent
 *   <li>{@code anyio-arrays}: the shortest code, {@code stream.send(stream.receive())}
 *   <li>{@code anyio-portable}: {@code anyio} with the tasks on the JDK's scheduler instead of the loop
 *   <li>{@code netty}: a hand-written handler
 * </ul>
 */
final class EchoServer implements AutoCloseable {
    /** The size of the JDK's stream buffers; larger ones evict each other and the received bytes from the caches. */
    private static final int BUFFER = 8 * 1024;

    private final EventLoops loops;
    private final InetSocketAddress address;

    private EchoServer(EventLoops loops, InetSocketAddress address) {
        this.loops = loops;
        this.address = address;
    }

    /** Starts a server, which listens when this returns. */
    static EchoServer open(String loop, String style) throws Exception {
        EventLoops loops = EventLoops.open(LoopKind.of(loop), 1, "echo-server");
        try {
            return new EchoServer(
                    loops,
                    switch (style) {
                        case "anyio" -> serve(loops, Carrier.LOOP, EchoServer::echo);
                        case "anyio-arrays" -> serve(loops, Carrier.LOOP, EchoServer::echoArrays);
                        case "anyio-portable" -> serve(loops, Carrier.PORTABLE, EchoServer::echo);
                        case "netty" -> listenWithHandlers(loops);
                        default -> throw new IllegalArgumentException("There is no echo server in the style " + style);
                    });
        } catch (Throwable t) {
            loops.close();
            throw t;
        }
    }

    private static InetSocketAddress serve(EventLoops loops, Carrier carrier, Handler<SocketStream> handler)
            throws Exception {
        loops.attach(carrier);
        return loops.serve(handler);
    }

    private static void echo(SocketStream stream) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        while (true) {
            stream.receive(buffer);
            stream.send(buffer.flip());
            buffer.clear();
        }
    }

    private static void echoArrays(SocketStream stream) {
        while (true) {
            stream.send(stream.receive());
        }
    }

    private static InetSocketAddress listenWithHandlers(EventLoops loops) throws Exception {
        Channel listening = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.kind().serverChannels::get)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true) // as in our streams
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new EchoHandler());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        return (InetSocketAddress) listening.localAddress();
    }

    /** The echo server of introductions to Netty. */
    private static final class EchoHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var _ = context.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    InetSocketAddress address() {
        return address;
    }

    EventLoop loop() {
        return loops.all().getFirst();
    }

    @Override
    public void close() {
        loops.close();
    }
}
