package io.anyio.benchmarks.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Counts the system calls of one thread with Linux's {@code perf}, which must be installed and permitted, and which
 * costs the thread almost nothing.
 */
final class SystemCalls {
    private final Process perf;

    private SystemCalls(Process perf) {
        this.perf = perf;
    }

    /** Starts to count, and fails with perf's message if it cannot. */
    static SystemCalls count(String thread) throws IOException {
        Process perf = new ProcessBuilder("perf", "stat", "-x,", "-e", "raw_syscalls:sys_enter", "-t", thread)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path descriptors = Path.of("/proc", Long.toString(perf.pid()), "fd");
        while (perf.isAlive()) { // perf opens its counter some time after its start
            try (Stream<Path> all = Files.list(descriptors)) {
                if (all.anyMatch(SystemCalls::isCounter)) {
                    return new SystemCalls(perf);
                }
            }
            Thread.onSpinWait();
        }
        throw new IOException(new String(perf.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    private static boolean isCounter(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("perf_event");
        } catch (IOException closedAgain) {
            return false;
        }
    }

    /** Stops counting and returns the count, which perf prints when it is interrupted. */
    double stop() throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(perf.pid())).start();
        String printed = new String(perf.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return Double.parseDouble(printed.strip().split(",", 2)[0]);
    }
}
