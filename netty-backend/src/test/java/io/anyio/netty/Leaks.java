package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;

/**
 * Netty's leak detector at its strictest level, with its reports collected instead of logged. The flags of the test JVM
 * install it, because Netty looks up its detector once, when the first test uses a buffer.
 */
final class Leaks {
    private Leaks() {}

    static void install() {
        assertThat(ResourceLeakDetector.getLevel())
                .as("run with -Dio.netty.leakDetection.level=paranoid")
                .isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(ResourceLeakDetectorFactory.instance().newResourceLeakDetector(ByteBuf.class))
                .as("run with -Dio.netty.customResourceLeakDetector=" + CollectingLeakDetector.class.getName())
                .isInstanceOf(CollectingLeakDetector.class);
    }

    /** Fails if a buffer was collected without having been released. */
    static void assertNone() {
        System.gc();
        ByteBufAllocator.DEFAULT.buffer(1).release(); // the detector reports on allocation
        assertThat(CollectingLeakDetector.reports()).isEmpty();
    }
}
