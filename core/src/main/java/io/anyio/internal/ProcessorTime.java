package io.anyio.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Reads how much processor time a platform thread has used, if the JVM has the module {@code java.management}. */
final class ProcessorTime {
    /** The result where the time is not available. */
    static final long UNKNOWN = -1;

    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("java.management").isPresent();

    private ProcessorTime() {}

    /**
     * The processor time of a live platform thread in nanoseconds, or {@link #UNKNOWN}. May be called from any thread.
     */
    static long of(Thread thread) {
        try {
            return AVAILABLE ? Bean.timeOf(thread) : UNKNOWN;
        } catch (LinkageError notInitialized) { // for example, no memory at the first call
            return UNKNOWN;
        }
    }

    /** A class of its own, because it cannot be linked without the module. */
    private static final class Bean {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        static long timeOf(Thread thread) {
            return THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled()
                    ? THREADS.getThreadCpuTime(thread.threadId())
                    : UNKNOWN;
        }
    }
}
