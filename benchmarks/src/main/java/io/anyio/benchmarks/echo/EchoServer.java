package io.anyio.benchmarks.echo;

import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.anyio.benchmarks.server.MeasuredServer;
import io.anyio.benchmarks.server.ServerThreads;
import io.anyio.jdk.JdkOptions;
import io.anyio.jdk.JdkRuntime;
import io.anyio.net.SocketStream;
import io.anyio.spi.Carrier;
import io.anyio.stream.Listener.Handler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * An echo server on a port that the system assigns, in one of these styles:
 *
 * <ul>
 *   <li>{@code anyio}: a task for each connection on a Netty loop, with one buffer for all bytes received and sent
 *   <li>{@code anyio-arrays}: the shortest code, {@code stream.send(stream.receive())}
 *   <li>{@code anyio-portable}: {@code anyio} with the tasks on the JDK's scheduler instead of the loop
 *   <li>{@code jdk} and {@code jdk-portable}: the same on the backend {@code jdk}
 *   <li>{@code netty}: a hand-written handler
 *   <li>{@code threads}: a virtual thread for each connection, with a blocking socket of the JDK
 * </ul>
 */
final class EchoServer {
    /** The size of the JDK's stream buffers; larger ones evict each other and the received bytes from the caches. */
    private static final int BUFFER = 8 * 1024;

    private EchoServer() {}

    /** Starts a server, which listens when this returns. */
    static MeasuredServer open(String loop, String style) throws Exception {
        return switch (style) {
            case "jdk" -> onJdk(Carrier.LOOP);
            case "jdk-portable" -> onJdk(Carrier.PORTABLE);
            case "threads" -> onThreads();
            default -> onNetty(loop, style);
        };
    }

    private static MeasuredServer onNetty(String loop, String style) throws Exception {
        EventLoops loops = EventLoops.open(LoopKind.of(loop), 1, "echo-server");
        try {
            InetSocketAddress address = switch (style) {
                case "anyio" -> serve(loops, Carrier.LOOP, EchoServer::echo);
                case "anyio-arrays" -> serve(loops, Carrier.LOOP, EchoServer::echoArrays);
                case "anyio-portable" -> serve(loops, Carrier.PORTABLE, EchoServer::echo);
                case "netty" -> listenWithHandlers(loops);
                default -> throw new IllegalArgumentException("There is no echo server in the style " + style);
            };
            ServerThreads threads = ServerThreads.ofLoop(loops.all().getFirst());
            return new MeasuredServer(
                    style + ", " + EventLoops.netty(),
                    address,
                    style.equals("anyio-portable") ? threads.withCarriers() : threads,
                    loops::close);
        } catch (Throwable t) {
            loops.close();
            throw t;
        }
    }

    private static MeasuredServer onJdk(Carrier carrier) throws Exception {
        JdkRuntime runtime = JdkRuntime.open(JdkOptions.DEFAULTS.withCarrier(carrier));
        try {
            ServerThreads threads = ServerThreads.named("anyio-jdk-");
            InetSocketAddress address = EventLoops.serve(runtime::start, EchoServer::echo);
            return new MeasuredServer(
                    "backend jdk, carrier " + carrier.label(),
                    address,
                    carrier == Carrier.PORTABLE ? threads.withCarriers() : threads,
                    runtime::close);
        } catch (Throwable t) {
            runtime.close();
            throw t;
        }
    }

    private static MeasuredServer onThreads() throws IOException {
        var listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(listening));
        return new MeasuredServer(
                "threads",
                (InetSocketAddress) listening.getLocalSocketAddress(),
                ServerThreads.named("Read-Poller").withCarriers(),
                () -> close(listening));
    }

    private static void close(ServerSocket listening) {
        try {
            listening.close();
        } catch (IOException notClosed) {
            throw new UncheckedIOException(notClosed);
        }
    }

    private static void accept(ServerSocket listening) {
        try {
            while (true) {
                Socket connection = listening.accept();
                Thread.ofVirtual().start(() -> echo(connection));
            }
        } catch (IOException closed) {
            // the benchmark is over
        }
    }

    private static void echo(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true); // as in our streams
            byte[] buffer = new byte[BUFFER];
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException broken) {
            // the client has gone
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
}
