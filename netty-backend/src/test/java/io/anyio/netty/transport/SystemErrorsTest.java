package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import io.anyio.spi.SocketSettings;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that errors of the system have messages, even where Netty has none or hides them. */
class SystemErrorsTest extends NettyTestBase {
    private static final List<Function<Throwable, IOException>> ALL =
            List.of(SystemErrors::precise, SystemErrors::binding, SystemErrors::connecting);

    @ParameterizedTest
    @MethodSource("transports")
    void aNetworkOutOfReachIsSaidToBe(Transport transport) throws Exception {
        try (var server = new ServerSocket(0, 1, LOOPBACK)) {
            run(transport, () -> {
                InetAddress six = InetAddress.ofLiteral("::1");
                Throwable failure = catchThrowable(() -> CurrentNetwork.get("test")
                        .connect(
                                new InetSocketAddress(LOOPBACK, server.getLocalPort()),
                                new InetSocketAddress(six, 0),
                                SocketSettings.DEFAULTS));
                assumeTrue(!(failure instanceof BindException), "a machine without IPv6");
                assertThat(failure).isInstanceOf(SocketException.class).hasMessageContaining("Network is unreachable");
            });
        }
    }

    @Test
    void noneOfThemSaysNull() {
        List<Throwable> silent = List.of(
                new NoRouteToHostException(),
                new NoRouteToHostException("null: /127.0.0.1:1"),
                new FileNotFoundException(),
                new ClosedChannelException(),
                new UnsupportedAddressTypeException(),
                new ConnectException(),
                new BindException(),
                new IOException((String) null),
                new IllegalStateException(),
                new ChannelException(new IOException()),
                new ChannelException("Failed to open a socket.", new IOException(new InvocationTargetException(null))));
        for (Function<Throwable, IOException> translation : ALL) {
            for (Throwable failure : silent) {
                IOException told = translation.apply(failure);
                if (!(told instanceof ClosedChannelException)) { // its type says it
                    assertThat(told.getMessage()).as("%s", failure).isNotNull().doesNotContain("null");
                }
            }
        }
    }

    @Test
    void whatIsClosedIsKnownByItsType() {
        assertThat(SystemErrors.precise(new ClosedChannelException())).isInstanceOf(ClosedChannelException.class);
        assertThat(SystemErrors.connecting(new ClosedChannelException())).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void whatReflectionAndChannelsWrapIsUnwrapped() {
        var system = new SocketException("Too many open files");
        var wrapped = new ChannelException(
                "Failed to open a socket.", new IOException(new InvocationTargetException(system)));
        for (Function<Throwable, IOException> translation : ALL) {
            assertThat(translation.apply(wrapped)).hasMessage("Too many open files");
        }
    }

    @Test
    void aFailedStartSaysWhatTheSystemSaid() {
        var system = new IOException("Too many open files");
        var netty = new IllegalStateException(
                "failed to create a child event loop", new ChannelException("failed to open a new selector", system));
        assertThat(SystemErrors.opening(netty))
                .hasMessage("Cannot open the event loops: Too many open files")
                .hasRootCause(system);
        var other = new IllegalStateException("something else");
        assertThat(SystemErrors.opening(other)).isSameAs(other);
    }

    @Test
    void aNativeErrorLosesTheNameOfTheCall() {
        assumeTrue(TransportSupport.whyNot(TransportKind.EPOLL).isEmpty());
        var error = Errors.newIOException("bind", Errors.ERRNO_ENOENT_NEGATIVE);
        assertThat(SystemErrors.binding(error))
                .isInstanceOf(BindException.class)
                .hasMessage("No such file or directory");
    }
}
