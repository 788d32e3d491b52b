package io.anyio.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** The order in which the addresses of a name are tried. */
class AddressResolverTest {
    private static final InetAddress FOUR = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress FOUR_TOO = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress SIX = InetAddress.ofLiteral("fd00::1");
    private static final InetAddress SIX_TOO = InetAddress.ofLiteral("fd00::2");

    private static Iterable<InetAddress> inOrder(InetAddress... found) {
        return AddressResolver.inOrder(found);
    }

    @Test
    void ipv6ComesFirstAndIpv4Second() {
        assertThat(inOrder(FOUR, FOUR_TOO, SIX, SIX_TOO)).containsExactly(SIX, FOUR, FOUR_TOO, SIX_TOO);
        assertThat(inOrder(SIX, SIX_TOO, FOUR)).containsExactly(SIX, FOUR, SIX_TOO);
    }

    @Test
    void oneFamilyKeepsTheOrderOfTheResolver() {
        assertThat(inOrder(FOUR_TOO, FOUR)).containsExactly(FOUR_TOO, FOUR);
        assertThat(inOrder(SIX_TOO, SIX)).containsExactly(SIX_TOO, SIX);
    }

    @Test
    void anAddressNeedsNoLookUp() {
        assertThat(AddressResolver.resolve("10.0.0.1")).containsExactly(FOUR);
        assertThat(AddressResolver.resolve("fd00::1")).containsExactly(SIX);
    }
}
