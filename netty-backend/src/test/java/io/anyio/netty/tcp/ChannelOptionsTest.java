package io.anyio.netty.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.net.ConnectOptions;
import io.anyio.net.ListenOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.ChannelTypes;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.spi.SocketSettings;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the options of connects and listeners reach the channels, as far as the system shows them. */
class ChannelOptionsTest extends NettyTestBase {
    private final List<Channel> connections = new CopyOnWriteArrayList<>(); // of both sides

    /** Runs {@code main} and keeps its connections for inspection. */
    private <X extends Exception> void observed(Transport transport, Block<X> main) throws X {
        ChannelFactories types = channels(transport);
        AnyIO.run(
                main,
                NettyOptions.DEFAULTS
                        .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, handlers(transport)))
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
    @Law({167})
    @Ported({"SO::TestTCPStream::test_socket_options", "SO::TestTCPListener::test_socket_options"})
    void theOptionsReachTheSocketsOfBothSides(Transport transport) throws Exception {
        run(transport, () -> {
            for (boolean noDelay : new boolean[] {true, false}) {
                var settings = SocketSettings.DEFAULTS.withTcpNoDelay(noDelay);
                var network = CurrentNetwork.get("test");
                int loop = 0;
                var listener = (ChannelListener) network.listen(new InetSocketAddress(LOOPBACK, 0), loop, settings);
                assertThat(listener.channel().config().getOption(ChannelOption.SO_REUSEADDR))
                        .isTrue();
                var client = (ChannelTransport) network.connect(listener.localAddress(), null, settings);
                var server = (ChannelTransport) listener.accept();
                assertThat(client.channel().config().getOption(ChannelOption.TCP_NODELAY))
                        .isEqualTo(noDelay);
                assertThat(server.channel().config().getOption(ChannelOption.TCP_NODELAY))
                        .isEqualTo(noDelay);
                client.close();
                server.close();
                listener.close();
                AnyIO.checkpoint();
            }
        });
    }
}
