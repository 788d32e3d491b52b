package io.anyio.testsuite.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.CancelScope;
import io.anyio.Timeouts;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ports of AnyIO's tests of TCP whose subject no other test here covers. */
class TcpLawsTest extends TcpTestBase {

    @ParameterizedTest
    @MethodSource("transports")
    @Law({164})
    @Ported({"SO::TestTCPStream::test_receive_timeout"})
    void aDeadlineEndsALoopThatReceivesAndTheStreamGoesOn(Transport transport) throws Exception {
        var timedOut = new Signal();
        connection(
                transport,
                socket -> {
                    socket.getOutputStream().write(1);
                    timedOut.awaitInThread();
                    socket.getOutputStream().write(2);
                    readAll(socket);
                },
                stream -> {
                    int[] received = new int[1];
                    CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(50), () -> {
                        while (true) {
                            received[0] += stream.receive().length;
                        }
                    });
                    assertThat(scope.cancelledCaught()).isTrue();
                    timedOut.set();
                    for (int left = 2 - received[0]; left > 0; left--) {
                        assertThat(stream.receive(1)[0]).isEqualTo((byte) (3 - left));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({158})
    @Ported({"SO::TestTCPStream::test_send_after_peer_closed"})
    void sendingToAPeerThatHasGoneBreaksAndAfterClosingSaysClosed(Transport transport) throws Exception {
        connection(transport, Socket::close, stream -> {
            assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
            assertThatThrownBy(() -> {
                        while (true) {
                            stream.send(new byte[] {1});
                            stream.flush();
                        }
                    })
                    .isInstanceOf(BrokenResourceException.class);
            stream.close();
            assertThatThrownBy(() -> stream.send(new byte[] {1})).isInstanceOf(ClosedResourceException.class);
        });
    }
}
