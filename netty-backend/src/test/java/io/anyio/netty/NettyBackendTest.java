package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.netty.loop.EventLoopGroupRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that a backend leaves loops of other code as it found them. */
class NettyBackendTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void shutDown() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void anAttachedBackendLeavesTheGroupRunning() throws Exception {
        NettyBackend attached =
                NettyBackend.attached(group, EventLoopGroupRegistry.attach(group), NettyOptions.DEFAULTS);
        assertThat(attached.transport()).isEqualTo("nio");
        assertThat(attached.loops()).hasSize(1);
        attached.close();
        assertThat(group.isShuttingDown()).isFalse();
        group.submit(() -> {}).get();
    }
}
