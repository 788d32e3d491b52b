package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A runtime knows the loops of its channels, and says which runtime other channels belong to. */
class LoopOfChannelTest {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(3, LocalIoHandler.newFactory());
    private final MultiThreadIoEventLoopGroup other = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final NettyRuntime runtime = NettyRuntime.attach(group);

    @AfterEach
    void end() {
        runtime.close();
        for (var each : List.of(group, other)) {
            each.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void theNumberIsThatOfTheLoop() throws Exception {
        List<EventLoop> loops = new ArrayList<>();
        group.forEach(loop -> loops.add((EventLoop) loop));
        for (int i = 0; i < 3; i++) {
            var channel = new LocalChannel();
            loops.get(i).register(channel).sync();
            assertThat(runtime.loopOf(channel)).isEqualTo(i);
            assertThat(runtime.driverOf(channel).eventLoop()).isSameAs(channel.eventLoop());
            channel.close().sync();
        }
    }

    @Test
    void aChannelOfOtherLoopsIsRefusedWithTheRuntimeToUse() throws Exception {
        var channel = new LocalChannel();
        assertThatThrownBy(() -> runtime.loopOf(channel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(channel + " is not registered with an event loop yet")
                .hasMessageContaining(runtime.toString());
        other.register(channel).sync();
        assertThatThrownBy(() -> runtime.loopOf(channel))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(channel + " is on " + other.next() + ", which is no event loop of " + runtime)
                .hasMessageContaining("Attach a runtime to the group of that loop");
        try (var right = NettyRuntime.attach(other)) {
            assertThatThrownBy(() -> runtime.loopOf(channel))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Use " + right + ", which NettyRuntime.of(channel) returns");
            assertThat(right.loopOf(channel)).isZero();
        }
        channel.close().sync();
    }
}
