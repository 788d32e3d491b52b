package io.anyio.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The two processors of a benchmark: servers on one, clients on the other, bound by Linux's {@code taskset}. Where that
 * does not exist, or there is only one processor, the system chooses.
 */
enum Processor {
    CLIENTS(0),
    SERVERS(1);

    private static final String ALLOWED = "Cpus_allowed_list:";
    private static final List<Integer> NUMBERS = numbers();

    private final int position; // in the list of those that this process may use

    Processor(int position) {
        this.position = position;
    }

    private static List<Integer> numbers() {
        boolean known = Stream.of("/usr/bin/taskset", "/bin/taskset").anyMatch(path -> Files.exists(Path.of(path)));
        List<Integer> allowed = known ? allowed() : List.of();
        return allowed.size() < 2 ? List.of() : allowed;
    }

    private static List<Integer> allowed() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(ALLOWED))
                    .map(line -> line.substring(ALLOWED.length()).strip())
                    .flatMapToInt(Processor::parse)
                    .boxed()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the numbers in a list of Linux, such as {@code 0-2,5}. */
    static IntStream parse(String list) {
        return Stream.of(list.split(",", -1)).flatMapToInt(part -> {
            String[] ends = part.split("-", -1);
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        });
    }

    /** Returns the beginning of a command that runs a program on this processor; empty if the system chooses. */
    List<String> command() {
        return NUMBERS.isEmpty() ? List.of() : List.of("taskset", "-c", number());
    }

    private String number() {
        return NUMBERS.get(position).toString();
    }

    /**
     * Binds the thread with this status file, and so the threads that it starts from then on, to this processor.
     *
     * @throws IOException if {@code taskset} fails
     */
    void bind(Path status) throws IOException, InterruptedException {
        if (NUMBERS.isEmpty()) {
            return;
        }
        Process taskset = new ProcessBuilder("taskset", "-p", "-c", number(), thread(status))
                .redirectErrorStream(true)
                .start();
        String printed = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (taskset.waitFor() != 0) {
            throw new IOException("Could not bind a thread to a processor; use -p pinned=false: " + printed.strip());
        }
    }

    /** Binds the calling thread. */
    void bindThisThread() throws IOException, InterruptedException {
        Optional<Path> status = threadStatus();
        if (status.isPresent()) {
            bind(status.get());
        }
    }

    /** Returns Linux's status file of the calling thread, or empty on another system. */
    static Optional<Path> threadStatus() throws IOException {
        Path linux = Path.of("/proc/thread-self"); // a link to PID/task/TID
        return Files.exists(linux)
                ? Optional.of(
                        linux.resolveSibling(Files.readSymbolicLink(linux)).resolve("status"))
                : Optional.empty();
    }

    /** Returns the system's number of the thread with this status file. */
    static String thread(Path status) {
        return String.valueOf(status.getName(status.getNameCount() - 2));
    }
}
