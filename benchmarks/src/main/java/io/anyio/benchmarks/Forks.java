package io.anyio.benchmarks;

/** The JVM flags of forks: constants, because annotations accept nothing else. */
public final class Forks {

    /** Tasks of one loop run one at a time, so bare threads get one carrier too; -jvmArgsPrepend replaces this. */
    public static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";

    /** The same for Kotlin's own scheduler. */
    public static final String ONE_WORKER = "-Dkotlinx.coroutines.scheduler.core.pool.size=1";

    /** For jox's scopes, which use a preview API of JDK 25. */
    public static final String PREVIEW = "--enable-preview";

    /** Required by the loop carrier. */
    public static final String LOOP_CARRIER = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    /** Suppresses the JVM's warnings about the native transports. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    /** Without Unsafe, Netty's buffers and JMH are slower or print warnings. */
    public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    /** Netty samples buffers by default; its own benchmarks disable this as well. */
    public static final String NO_LEAK_DETECTION = "-Dio.netty.leakDetection.level=disabled";

    /**
     * The setting of our own io_uring loops: Netty 4.2.18 loses resets otherwise. Given explicitly, because the first
     * code that checks whether io_uring is available fixes the setting for the JVM.
     */
    public static final String A_POLL_FOR_EACH_WAIT = "-Dio.netty.iouring.pollAddMultishotEnabled=false";

    /** The threads of a concurrent collector would compete with the loops for processors. */
    public static final String SERIAL_COLLECTOR = "-XX:+UseSerialGC";

    private Forks() {}
}
