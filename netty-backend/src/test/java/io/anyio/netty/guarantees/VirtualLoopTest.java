package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that tasks of a loop on a virtual thread, which cannot carry them, still run; the loop carrier warns. */
class VirtualLoopTest extends NettyGuaranteeTestBase {

    private static MultiThreadIoEventLoopGroup virtualGroup() {
        return new MultiThreadIoEventLoopGroup(
                2, Thread.ofVirtual().name("virtual-loop-", 0).factory(), NioIoHandler.newFactory());
    }

    @Test
    void tasksAndTimersRunInARun() throws Exception {
        var done = new AtomicInteger();
        try (var log = new CapturedLog("io.anyio")) {
            bounded(() -> {
                AnyIO.run(
                        () -> TaskGroup.run(group -> {
                            for (int i = 0; i < 100; i++) {
                                group.startSoon(() -> {
                                    AnyIO.sleep(Duration.ofMillis(2));
                                    AnyIO.checkpoint();
                                    done.incrementAndGet();
                                });
                            }
                        }),
                        NettyOptions.DEFAULTS.withLoopFactory(VirtualLoopTest::virtualGroup));
                return null;
            });
            assertThat(done).hasValue(100);
            assertThat(log.contains("is a virtual thread, which cannot carry tasks"))
                    .isEqualTo(onLoopCarrier());
        }
    }

    @Test
    void tasksRunOnForeignLoops() throws Exception {
        try (var _ = new CapturedLog("io.anyio");
                var group = virtualGroup()) {
            try (var runtime = NettyRuntime.attach(group)) {
                for (int i = 0; i < 10; i++) {
                    assertThat(runtime.start(() -> {
                                        AnyIO.sleep(Duration.ofMillis(1));
                                        return AnyIO.currentBackend();
                                    })
                                    .get(30, TimeUnit.SECONDS))
                            .hasValue("netty");
                }
            }
            assertThat(group.isShuttingDown()).isFalse();
        }
    }
}
