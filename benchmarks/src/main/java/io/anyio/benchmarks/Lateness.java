package io.anyio.benchmarks;

import io.anyio.benchmarks.lateness.LatenessFork;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Measures how late timers, deadlines and I/O of a loop are served while a task computes between two calls. Covers
 * every call that yields or can complete immediately, see {@code docs/checkpoints.md}, on every loop of this machine
 * and on both carriers, each in a JVM of its own. Prints a table for each, with the promise, in about four minutes.
 *
 * <pre>{@code
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Lateness
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Lateness -p loop=nio -p carrier=loop -p work=0,20 -p call=Lock
 * }</pre>
 *
 * <p>{@code work} is in milliseconds; {@code call} is a regular expression that is searched for in the names of the
 * calls.
 */
public final class Lateness {
    /** The time after which a JVM is considered stuck. One that serves everything too late takes a minute. */
    private static final int PATIENCE_SECONDS = 180;

    private static final String USAGE =
            "usage: Lateness [-p loop=nio,...] [-p carrier=loop,portable] [-p work=0,1,...] [-p call=REGEX]";

    private static final String RULE = """
            w: the longest time between two calls of a computing task. Timer / deadline / echo: how late a timer of another task is
            served, how late the task's own deadline is served, and how long an echo over TCP takes, each minus the value of an idle
            loop; medians, in units of w, or without work in slices of 50 µs. Allowed: max(4 slices, 3 w). A median above that is
            marked !, a single attempt above it ?. Attempts end at max(10 ms, 10 w).
            """;

    private Lateness() {}

    /** Measures what the arguments name, by default everything. Exits with 2 for wrong ones, with 1 if a JVM fails. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Main.refuseLoops(List.of(args));
        Map<String, String> parameters = new LinkedHashMap<>();
        try {
            parameters.putAll(parameters(List.of(args)));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        if (!measure(parameters, line -> Report.print(line + "\n"))) {
            System.exit(1);
        }
    }

    /** Returns the values of all parameters, with defaults for those that are not given. */
    static Map<String, String> parameters(List<String> args) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("loop", "");
        values.put("carrier", "loop,portable");
        values.put("work", "0,1,20,50");
        values.put("call", "");
        String text = String.join(" ", args).replaceAll("(^| )-p ?", "\n").strip();
        for (String parameter :
                text.isEmpty() ? List.<String>of() : text.lines().toList()) {
            int equals = parameter.indexOf('=');
            if (equals < 0 || values.replace(parameter.substring(0, equals), parameter.substring(equals + 1)) == null) {
                throw new IllegalArgumentException("Unknown argument: " + parameter);
            }
        }
        if (!values.getOrDefault("carrier", "").matches("(loop|portable)(,(loop|portable))*")
                || !values.getOrDefault("work", "").matches("\\d{1,3}(,\\d{1,3})*")) {
            throw new IllegalArgumentException("A carrier is loop or portable, and work is milliseconds below 1,000");
        }
        try {
            Pattern.compile(values.getOrDefault("call", ""));
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException("call: " + wrong.getDescription(), wrong);
        }
        return values;
    }

    /** Passes the lines of the tables to {@code out}; returns false if a JVM has failed. */
    static boolean measure(Map<String, String> parameters, Consumer<String> out)
            throws IOException, InterruptedException {
        RULE.lines().forEach(out);
        String loops = parameters.getOrDefault("loop", "");
        if (loops.isEmpty()) {
            loops = Main.availableLoops().stream().map(LoopKind::label).collect(Collectors.joining(","));
        }
        boolean allWell = true;
        for (String loop : List.of(loops.split(",", -1))) {
            for (String carrier : List.of(parameters.getOrDefault("carrier", "").split(",", -1))) {
                allWell &= fork(
                        out, loop, carrier, parameters.getOrDefault("work", ""), parameters.getOrDefault("call", ""));
            }
        }
        return allWell;
    }

    private static boolean fork(Consumer<String> out, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                ForkFlags.ONE_CARRIER,
                ForkFlags.LOOP_CARRIER,
                ForkFlags.NATIVE_ACCESS,
                ForkFlags.UNSAFE,
                ForkFlags.NO_LEAK_DETECTION,
                ForkFlags.A_POLL_FOR_EACH_WAIT,
                "-cp",
                System.getProperty("java.class.path"),
                LatenessFork.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread watch = Thread.ofVirtual().start(() -> endLate(process));
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                out.accept(line);
            }
            return process.waitFor() == 0;
        } finally {
            watch.interrupt();
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The JVM has not ended after " + PATIENCE_SECONDS + " s");
                process.destroyForcibly();
            }
        } catch (InterruptedException ended) {
            // the process has ended in time
        }
    }
}
