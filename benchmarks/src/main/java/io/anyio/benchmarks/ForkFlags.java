package io.anyio.benchmarks;

/** JVM flags of the forks, in one place; what an annotation can take is a constant. */
public final class ForkFlags {

    /** Tasks of one loop run one at a time, so bare threads get one carrier too; -jvmArgsPrepend replaces this. */
    public static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

    /** The same for Kotlin's own scheduler. */
    public static final String ONE_WORKER = "-Dkotlinx.coroutines.scheduler.core.pool.size=1";

    /** For jox's scopes, which stand on a preview of JDK 25. */
    public static final String PREVIEW = "--enable-preview";

    /** Without it there is no loop carrier. */
    public static final String LOOP_CARRIER = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    /** Keeps the JVM from warning about the native transports. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    /** Netty's buffers and JMH are slower without Unsafe, or warn. */
    public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    /** Netty samples buffers otherwise; its own benchmarks switch that off as well. */
    public static final String NO_LEAK_DETECTION = "-Dio.netty.leakDetection.level=disabled";

    /**
     * As our own io_uring loops have it: Netty 4.2.18 loses resets otherwise. Given by name, because who looks first
     * whether io_uring can be had decides for the JVM.
     */
    public static final String A_POLL_FOR_EACH_WAIT = "-Dio.netty.iouring.pollAddMultishotEnabled=false";

    private ForkFlags() {}
}
