package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detector at its strictest, with its reports collected instead of logged. Install before Netty is loaded.
 */
final class Leaks {
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    private Leaks() {}

    static void install() {
        System.setProperty("io.netty.leakDetection.level", "paranoid");
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the only one to override
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Collecting<>(resource, samplingInterval);
            }
        });
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    private static final class Collecting<T> extends ResourceLeakDetector<T> {
        Collecting(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add(resourceType);
        }
    }

    /** Fails when a buffer was collected without having been released. */
    static void assertNone() {
        System.gc();
        ByteBufAllocator.DEFAULT.buffer(1).release(); // the detector reports when something is allocated
        assertThat(REPORTS).isEmpty();
    }
}
