package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.testsuite.Transport;
import java.util.stream.Stream;

/** Base of tests on every transport of the backend under test. */
abstract class TcpTestBase extends SocketTestBase {

    static Stream<Transport> transports() {
        return Transport.available();
    }

    /** Runs {@code main} on one loop of this transport. */
    static <X extends Exception> void run(Transport transport, Block<X> main) throws X {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().transport()).isEqualTo(transport.label());
                    main.run();
                },
                transport.options());
    }

    /** Connects a plain socket to us and runs both sides; ours in the first task of a run. */
    void connection(Transport transport, SocketCode theirs, StreamCode ours) throws Exception {
        connection(transport.options(), theirs, ours);
    }
}
