package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.netty.transport.TransportKind;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.spi.Carrier;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that options as object, by name or as text mean the same, and that a conflict names the option to drop. */
class NettyOptionsTest extends NettyTestBase {

    /** Used as {@code loop_factory} by the name of its class. */
    static final class Factory implements Supplier<EventLoopGroup> {
        @Override
        public EventLoopGroup get() {
            return new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        }
    }

    private static NettyOptions byName(Map<String, ?> options) {
        return (NettyOptions) new NettyBackendProvider().options(options);
    }

    @Test
    void byNameTheyHaveTheSameMeaning() {
        assertThat(byName(Map.of("use_native_transport", true)).useNativeTransport())
                .isTrue();
        assertThat(byName(Map.of("use_uvloop", "true")).useNativeTransport()).isTrue();
        assertThat(byName(Map.of("use_uvloop", "true", "use_native_transport", true))
                        .useNativeTransport())
                .isTrue();
        assertThat(byName(Map.of("loops", "3")).loops()).isEqualTo(3);
        assertThat(byName(Map.of("transport", "io_uring")).transport()).contains(Transport.IO_URING);
        assertThat(byName(Map.of("transport", Transport.NIO)).transport()).contains(Transport.NIO);
        assertThat(byName(Map.of("debug", true)).debug()).isTrue();
        assertThat(byName(Map.of("carrier", "portable")).carrier()).contains(Carrier.PORTABLE);
        assertThat(byName(Map.of()).toString()).contains("useNativeTransport=false");
    }

    @Test
    void aLoopFactoryCanBeNamedByItsClass() {
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().loops()).isEqualTo(2),
                Backends.options("netty", Map.of("loop_factory", Factory.class.getName())));
    }

    @Test
    void aLoopFactoryIsFoundByItsClassWithoutAContextClassLoader() throws Exception {
        var found = new FutureTask<>(() -> byName(Map.of("loop_factory", Factory.class.getName())));
        Thread thread = Thread.ofPlatform().unstarted(found);
        thread.setContextClassLoader(null);
        thread.start();
        assertThat(found.get().loopFactory()).isPresent();
    }

    @Test
    void twoNamesOfOneOptionThatDifferAreAnError() {
        for (Object use : List.of(true, "false")) {
            boolean other = !Boolean.parseBoolean(use.toString());
            assertThatThrownBy(() -> byName(Map.of("use_uvloop", use, "use_native_transport", other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("use_native_transport=" + other + " and use_uvloop=" + use
                            + " contradict each other: they are two names of one option. Drop one of them");
        }
    }

    @Test
    void whatMustBeThereMayNotBeNull() {
        NettyOptions options = NettyOptions.DEFAULTS;
        assertThatThrownBy(() -> options.withTransport(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.withLoopFactory(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.withChannels(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> options.withCarrier(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void unknownNamesAndWrongValuesNameTheKnownOnes() {
        assertThatThrownBy(() -> byName(Map.of("use_natve_transport", true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use_native_transport")
                .hasMessageContaining("loop_factory");
        assertThatThrownBy(() -> byName(Map.of("transport", "iocp")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nio, epoll, kqueue, io_uring");
        assertThatThrownBy(() -> byName(Map.of("loops", "many"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> byName(Map.of("loops", 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> byName(Map.of("debug", "yes"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> byName(Map.of("carrier", "both"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> byName(Map.of("loop_factory", 5))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> byName(Map.of("loop_factory", "no.such.Class")))
                .isInstanceOf(IllegalArgumentException.class);
        Supplier<String> noGroup = () -> "no group";
        assertThatThrownBy(() -> AnyIO.run(() -> {}, byName(Map.of("loop_factory", noGroup))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an EventLoopGroup, not 'no group'");
    }

    @Test
    void aTransportOrANumberOfLoopsBesideALoopFactoryIsAnError() {
        NettyOptions factory = NettyOptions.DEFAULTS.withLoopFactory(new Factory());
        assertThatThrownBy(() -> factory.withTransport(Transport.NIO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transport=nio")
                .hasMessageContaining("Drop");
        assertThatThrownBy(() -> factory.withLoops(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loops=2");
        assertThatThrownBy(
                        () -> NettyOptions.DEFAULTS.withTransport(Transport.NIO).withLoopFactory(new Factory()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLoopFactoryOverridesTheNativeTransport() {
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().transport()).isEqualTo("nio"),
                NettyOptions.DEFAULTS.withUseNativeTransport(true).withLoopFactory(new Factory()));
    }

    @Test
    void theNativeTransportIsTheSystemsOrNio() {
        TransportSupport.Choice choice = TransportSupport.preferNative();
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().transport())
                        .isEqualTo(choice.transport().label()),
                NettyOptions.DEFAULTS.withUseNativeTransport(true));
        assertThat(choice.transport() == TransportKind.NIO).isEqualTo(choice.shortfall() != null);
    }

    @ParameterizedTest
    @EnumSource
    void aTransportThatCannotBeHadSaysWhy(Transport transport) {
        NettyOptions options = NettyOptions.DEFAULTS.withTransport(transport);
        if (TransportSupport.whyNot(transport.kind()).isPresent()) {
            assertThatThrownBy(() -> AnyIO.run(() -> {}, options))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(transport.label())
                    .hasMessageContaining("is not available")
                    .hasMessageContaining(
                            TransportSupport.whyNot(transport.kind()).get())
                    .hasMessageNotContaining("null");
        } else {
            AnyIO.run(() -> assertThat(AnyIO.currentRun().transport()).isEqualTo(transport.label()), options);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aRunHasTheLoopsThatWereAskedFor(Transport transport) {
        AnyIO.run(
                () -> assertThat(AnyIO.currentRun().loops()).isEqualTo(3),
                NettyOptions.DEFAULTS.withTransport(transport).withLoops(3));
    }

    @Test
    void theProviderOffersEveryTransportOfThisMachine() {
        assertThat(new NettyBackendProvider().variants())
                .extracting(options -> options.transport().orElseThrow())
                .containsExactlyElementsOf(transports().toList());
    }

    private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

    @ParameterizedTest
    @MethodSource("transports")
    void theThreadsOfItsLoopsInheritNothingFromTheThreadThatOpensThem(Transport transport) throws Exception {
        var seen = new CompletableFuture<List<Object>>();
        var opens = new FutureTask<>(() -> {
            INHERITABLE.set("opener");
            Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0]));
            Thread.currentThread().interrupt(); // must be kept
            var backend = NettyOptions.DEFAULTS.withTransport(transport).open();
            try {
                backend.loops().getFirst().execute(() -> {
                    Thread loop = Thread.currentThread();
                    seen.complete(List.of(
                            Optional.ofNullable(INHERITABLE.get()),
                            loop.getContextClassLoader(),
                            Optional.ofNullable(loop.getThreadGroup().getParent()),
                            loop.isDaemon(),
                            loop instanceof FastThreadLocalThread));
                });
            } finally {
                backend.close();
            }
            return Thread.currentThread().isInterrupted();
        });
        Thread.ofPlatform().daemon().group(new ThreadGroup("application")).start(opens);
        assertThat(opens.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(get(seen))
                .containsExactly(Optional.empty(), AnyIO.class.getClassLoader(), Optional.empty(), true, true);
    }
}
