package io.anyio.benchmarks.server;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a server has used so far: threads of this JVM, or a process. */
public interface ServerUsage {

    /**
     * The processor time and the allocated bytes so far.
     *
     * @param cpuNanos the processor time in nanoseconds
     * @param bytes the bytes allocated on the heap; negative if they are not known
     */
    record Spent(long cpuNanos, long bytes) {}

    /** Returns what has been used so far. */
    Spent spent();

    /** Returns Linux's status file of the server's thread, or null if there are several threads or none is known. */
    @Nullable
    Path status();

    /** Binds the server's threads to the servers' processor, as far as the system can. */
    void bind() throws IOException, InterruptedException;
}
