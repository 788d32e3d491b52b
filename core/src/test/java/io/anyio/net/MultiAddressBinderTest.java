package io.anyio.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.spi.AcceptTransport;
import io.anyio.spi.ByteTransport;
import io.anyio.spi.Network;
import io.anyio.spi.SocketSettings;
import io.anyio.testing.junit.SimulatedTest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Several addresses, one port: on a network whose system picks ports in order, so that they can clash. */
class MultiAddressBinderTest {
    private static final int FIRST_PICKED = 1000;

    private final Set<InetSocketAddress> taken = new HashSet<>();
    private final List<InetSocketAddress> closed = new ArrayList<>();
    private int picked = FIRST_PICKED;

    private final Network network = new Network() {
        @Override
        public ByteTransport connect(SocketAddress remote, @Nullable SocketAddress local, SocketSettings settings) {
            throw new AssertionError("Not called by this test");
        }

        @Override
        public AcceptTransport listen(SocketAddress local, int loop, SocketSettings settings) throws IOException {
            var wanted = (InetSocketAddress) local;
            var address = wanted.getPort() == 0 ? new InetSocketAddress(wanted.getAddress(), picked++) : wanted;
            if (!taken.add(address)) {
                throw new BindException("in use: " + address);
            }
            return new Bound(address);
        }
    };

    private final class Bound implements AcceptTransport {
        private final InetSocketAddress address;

        Bound(InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public ByteTransport accept() {
            throw new AssertionError("Not called by this test");
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {
            closed.add(address);
            taken.remove(address);
        }
    }

    private static InetSocketAddress at(int last, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + last), port);
    }

    private static List<InetAddress> addresses(int count) {
        List<InetAddress> addresses = new ArrayList<>();
        for (int last = 1; last <= count; last++) {
            addresses.add(at(last, 0).getAddress());
        }
        return addresses;
    }

    private List<SocketAddress> listen(int count, int port) throws IOException {
        return new MultiAddressBinder(network, 0, SocketSettings.DEFAULTS)
                .listen(addresses(count), port).stream()
                        .map(AcceptTransport::localAddress)
                        .toList();
    }

    @SimulatedTest
    void allAddressesGetThePortThatWasAskedFor() throws IOException {
        assertThat(listen(3, 80)).containsExactly(at(1, 80), at(2, 80), at(3, 80));
    }

    @SimulatedTest
    void allAddressesGetThePortThatTheSystemPicksForOne() throws IOException {
        assertThat(listen(3, 0)).containsExactly(at(1, 1000), at(2, 1000), at(3, 1000));
    }

    @SimulatedTest
    void aPickedPortThatIsTakenElsewhereIsReplacedByAnother() throws IOException {
        taken.add(at(3, 1000));
        assertThat(listen(3, 0)).containsExactly(at(2, 1001), at(3, 1001), at(1, 1001));
        assertThat(closed).containsExactly(at(1, 1000), at(2, 1000));
    }

    @SimulatedTest
    void afterAsManyClashesAsAddressesItGivesUpAndLeavesNothingOpen() {
        taken.addAll(List.of(at(2, 1000), at(3, 1001), at(1, 1002)));
        assertThatThrownBy(() -> listen(3, 0))
                .isInstanceOf(BindException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(3));
        assertThat(taken).hasSize(3);
    }

    @SimulatedTest
    void aPortThatWasAskedForAndIsTakenIsRefusedAtOnce() {
        taken.add(at(2, 80));
        assertThatThrownBy(() -> listen(3, 80)).hasMessageContaining("127.0.0.2:80");
        assertThat(taken).containsExactly(at(2, 80));
        assertThat(closed).containsExactly(at(1, 80));
    }
}
