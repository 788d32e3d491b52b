package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.netty.transport.ChannelFactories;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.testsuite.tcp.SocketTestBase;
import io.netty.channel.IoHandlerFactory;
import java.util.stream.Stream;

/** Base of tests on every transport of Netty. */
public abstract class NettyTestBase extends SocketTestBase {

    /** Returns the transports to test; unavailable ones are excluded. */
    protected static Stream<Transport> transports() {
        return Stream.of(Transport.values())
                .filter(transport -> TransportSupport.whyNot(transport.kind()).isEmpty());
    }

    /** Returns a factory of the I/O handlers of this transport. */
    protected static IoHandlerFactory handlers(Transport transport) {
        return TransportSupport.handlers(transport.kind());
    }

    /** Returns the channels of this transport. */
    protected static ChannelFactories channels(Transport transport) {
        return TransportSupport.channels(transport.kind());
    }

    /** Runs {@code main} on one loop of this transport. */
    protected static <X extends Exception> void run(Transport transport, Block<X> main) throws X {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo(transport.label());
                    main.run();
                },
                NettyOptions.DEFAULTS.withTransport(transport));
    }

    /** Connects a plain socket to us and runs both sides; ours in the first task of a run. */
    protected void connection(Transport transport, SocketCode theirs, StreamCode ours) throws Exception {
        connection(NettyOptions.DEFAULTS.withTransport(transport), theirs, ours);
    }
}
