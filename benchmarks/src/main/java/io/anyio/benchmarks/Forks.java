package io.anyio.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The JVM flags of forks, which are constants because annotations accept nothing else, and forks without JMH. */
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

    /**
     * Runs {@code main} in a JVM of its own, passes what it prints to {@code out}, and returns whether it succeeded. A
     * JVM that is still running after {@code seconds} is destroyed.
     */
    static boolean run(Class<?> main, List<String> arguments, int seconds, Consumer<String> out)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                ONE_CARRIER,
                LOOP_CARRIER,
                NATIVE_ACCESS,
                UNSAFE,
                NO_LEAK_DETECTION,
                A_POLL_FOR_EACH_WAIT,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var _ = process.onExit().orTimeout(seconds, TimeUnit.SECONDS).exceptionally(_ -> {
            System.err.println("The JVM has not ended after " + seconds + " s");
            return process.destroyForcibly();
        });
        process.inputReader(StandardCharsets.UTF_8).lines().forEach(out);
        return process.waitFor() == 0;
    }
}
