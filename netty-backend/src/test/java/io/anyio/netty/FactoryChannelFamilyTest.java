package io.anyio.netty;

import static io.anyio.testsuite.tcp.OneFamily.IPV4;
import static io.anyio.testsuite.tcp.OneFamily.IPV6;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.testsuite.tcp.OneFamily;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that listeners on the channels of a factory accept only the family of their address, IPv4 or IPv6. */
class FactoryChannelFamilyTest extends NettyTestBase {
    @BeforeEach
    void thereIsIpv6() {
        OneFamily.assumeIpv6();
    }

    /** Serves one client of {@code own} after many of {@code other}, which must not reach a handler. */
    private void serveOnly(SocketListener listener, String own, String other) {
        peer(OneFamily.clients(listener.port(), own, other));
        OneFamily.serveOne(listener, own);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void channelsOfAFactoryAreHeldToOneFamilyToo(Transport transport) throws IOException {
        ChannelFactories types = channels(transport);
        NettyOptions options = NettyOptions.DEFAULTS
                .withLoopFactory(() -> new MultiThreadIoEventLoopGroup(1, handlers(transport)))
                .withChannels(ChannelTypes.of("mine", types.server(), types.client()));
        AnyIO.run(
                () -> {
                    try (SocketListener listener = OneFamily.listen("0.0.0.0")) {
                        serveOnly(listener, IPV4, IPV6);
                    }
                },
                options);
    }
}
