package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.testsuite.tcp.SocketTestBase;
import java.util.stream.Stream;

/** Base of tests on every transport of Netty. */
abstract class NettyTestBase extends SocketTestBase {

    /** Returns the transports to test; unavailable ones are excluded. */
    static Stream<Transport> transports() {
        return Stream.of(Transport.values())
                .filter(transport -> TransportSupport.whyNot(transport).isEmpty());
    }

    /** Runs {@code main} on one loop of this transport. */
    static <X extends Exception> void run(Transport transport, Block<X> main) throws X {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo(transport.label());
                    main.run();
                },
                NettyOptions.DEFAULTS.withTransport(transport));
    }

    /** Connects a plain socket to us and runs both sides; ours in the first task of a run. */
    void connection(Transport transport, SocketCode theirs, StreamCode ours) throws Exception {
        connection(NettyOptions.DEFAULTS.withTransport(transport), theirs, ours);
    }
}
