package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.testsuite.laws.Ported;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of runs that concern the choice of Netty's loops. */
class NettyRunLawsTest {

    @Test
    @Ported({"EL::TestAsyncioOptions::test_loop_factory"})
    void theLoopFactoryGivesTheLoopsAndTheRunEndsThem() {
        List<EventLoopGroup> made = new ArrayList<>();
        var options = NettyOptions.DEFAULTS.withLoopFactory(() -> {
            var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            made.add(group);
            return group;
        });
        assertThat(AnyIO.run(() -> "value", options)).isEqualTo("value");
        assertThat(made)
                .singleElement()
                .satisfies(group -> assertThat(group.isTerminated()).isTrue());
    }

    @Test
    @Ported({"EL::TestAsyncioOptions::test_use_uvloop", "EL::TestAsyncioOptions::test_use_winloop"})
    void theNativeTransportIsOneOption() {
        List<String> here = new NettyBackendProvider()
                .variants().stream()
                        .map(variant -> variant.transport().orElseThrow().label())
                        .toList();
        String expected = here.contains("epoll") ? "epoll" : here.contains("kqueue") ? "kqueue" : "nio";
        for (String name : List.of("use_native_transport", "use_uvloop")) {
            assertThat(AnyIO.run(() -> AnyIO.currentRun().transport(), Backends.options("netty", Map.of(name, true))))
                    .isEqualTo(expected);
            assertThat(AnyIO.run(() -> AnyIO.currentRun().transport(), Backends.options("netty", Map.of(name, false))))
                    .isEqualTo("nio");
        }
    }
}
