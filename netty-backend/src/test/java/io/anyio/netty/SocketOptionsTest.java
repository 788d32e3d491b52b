package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.net.ConnectOptions;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.stream.EndOfStreamException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the effects of connect and listen options on the sockets, as far as the system shows them. */
class SocketOptionsTest extends NettyTestBase {

    /** Far more than are accepted in advance. */
    private static final int MANY = 60;

    private static final int PATIENCE_MILLIS = 200;

    private final List<Channel> connections = new CopyOnWriteArrayList<>(); // of both sides

    /** Runs {@code main} and keeps its connections for inspection. */
    private <X extends Exception> void observed(Transport transport, Block<X> main) throws X {
        ChannelTypes types = TransportSupport.channels(transport);
        AnyIO.run(
                main,
                NettyOptions.DEFAULTS
                        .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, TransportSupport.handlers(transport)))
                        .withChannels(ChannelTypes.of(
                                types.label(),
                                () -> {
                                    var server = types.server().newChannel();
                                    server.pipeline().addLast(new Observer());
                                    return server;
                                },
                                () -> {
                                    var client = types.client().newChannel();
                                    connections.add(client);
                                    return client;
                                })));
    }

    /** Observes the connections that a listener accepts. */
    private final class Observer extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            connections.add((Channel) message);
            context.fireChannelRead(message);
        }
    }

    /** Returns the system's value for the connection with this local address. */
    private boolean noDelay(InetSocketAddress local) {
        return connections.stream()
                .filter(each -> local.equals(each.localAddress()))
                .map(each -> each.config().getOption(ChannelOption.TCP_NODELAY))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void noDelayReachesEachSideByItself(Transport transport) {
        observed(transport, () -> {
            for (boolean ofServer : new boolean[] {true, false}) {
                for (boolean ofClient : new boolean[] {true, false}) {
                    ListenOptions listening = ListenOptions.DEFAULTS.withTcpNoDelay(ofServer);
                    ConnectOptions connecting = ConnectOptions.DEFAULTS.withTcpNoDelay(ofClient);
                    try (SocketListener listener = Tcp.listen(HOST, 0, listening);
                            SocketStream client = Tcp.connect(HOST, listener.port(), connecting);
                            SocketStream server = listener.accept()) {
                        assertThat(noDelay(client.localAddress())).isEqualTo(ofClient);
                        assertThat(noDelay(server.localAddress())).isEqualTo(ofServer);
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aPortCanBeHadAgainAtOnceAlthoughConnectionsOfItLinger(Transport transport) throws Exception {
        int[] port = new int[1];
        for (int round = 0; round < 3; round++) {
            run(transport, () -> {
                try (SocketListener listener = Tcp.listen(HOST, port[0])) {
                    port[0] = listener.port();
                    peer(() -> {
                        try (Socket socket = connect(port[0])) {
                            assertThat(readAll(socket)).isEmpty(); // we close first, so that our side lingers
                        }
                        return null;
                    });
                    try (SocketStream stream = listener.accept()) {
                        stream.sendEof();
                        awaitEnd(stream);
                    }
                }
            });
        }
    }

    private static void awaitEnd(SocketStream stream) {
        try {
            stream.receive();
        } catch (EndOfStreamException expected) {
            return;
        }
        throw new AssertionError("The peer has sent something");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void moreThanTheBacklogHasRoomForMustWait(Transport transport) throws Exception {
        assumeTrue(System.getProperty("os.name").contains("Linux")); // elsewhere they may be refused, or not counted
        assertThat(admitted(transport, ListenOptions.DEFAULTS.withBacklog(1))).isLessThan(MANY);
        assertThat(admitted(transport, ListenOptions.DEFAULTS)).isEqualTo(MANY);
    }

    /** Returns how many of many clients are admitted while nothing accepts. */
    private int admitted(Transport transport, ListenOptions options) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        run(transport, () -> {
            try (SocketListener listener = Tcp.listen(HOST, 0, options)) {
                int port = listener.port();
                var done = new Signal();
                peer(() -> {
                    try {
                        while (sockets.size() < MANY) {
                            var socket = new Socket();
                            socket.connect(new InetSocketAddress(LOOPBACK, port), PATIENCE_MILLIS);
                            sockets.add(socket);
                        }
                    } catch (SocketTimeoutException full) {
                        // the next connect would time out as well
                    } finally {
                        done.set();
                    }
                    return null;
                });
                done.await();
            }
        });
        for (Socket socket : sockets) {
            socket.close();
        }
        return sockets.size();
    }
}
