package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.TestResources;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Free ports: five distinct ones of each kind, bindable on IPv4 and IPv6. */
class FreePortsTest {
    private static List<InetAddress> anyAddresses() throws IOException {
        return List.of(InetAddress.getByAddress(new byte[4]), InetAddress.getByAddress(new byte[16]));
    }

    static class Ports {
        @AnyIOTest(backends = "jdk")
        void tcp(TestResources resources) throws IOException {
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                int port = resources.freeTcpPort();
                ports.add(port);
                for (InetAddress address : anyAddresses()) {
                    new ServerSocket(port, 1, address).close();
                }
            }
            note("tcp " + ports.size());
        }

        @AnyIOTest(backends = "jdk")
        void udp(TestResources resources) throws IOException {
            Set<Integer> ports = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                int port = resources.freeUdpPort();
                ports.add(port);
                for (InetAddress address : anyAddresses()) {
                    new DatagramSocket(port, address).close();
                }
            }
            note("udp " + ports.size());
        }
    }

    @Test
    void theyAreFreeAndDistinct() {
        assertThat(Execution.on("jdk", Ports.class).succeeded().notes()).containsExactlyInAnyOrder("tcp 5", "udp 5");
    }
}
