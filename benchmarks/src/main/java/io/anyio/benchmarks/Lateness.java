package io.anyio.benchmarks;

import io.anyio.benchmarks.lateness.LatenessTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

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

    private Lateness() {}

    /** Measures what the arguments name, by default everything. Exits with 2 for wrong ones, with 1 if a JVM fails. */
    public static void main(String[] args) throws IOException, InterruptedException, CommandLineOptionException {
        Main.refuseLoops(args);
        try {
            if (!measure(parameters(List.of(args)), line -> Report.print(line + "\n"))) {
                System.exit(1);
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
    }

    /** Returns the values of all parameters, with defaults for those that are not given. */
    static Map<String, String> parameters(List<String> args) {
        Map<String, String> values =
                new LinkedHashMap<>(Map.of("loop", "", "carrier", "loop,portable", "work", "0,1,20,50", "call", ""));
        String text = String.join(" ", args).replaceAll("(^| )-p ?", "\n").strip();
        text.lines().map(parameter -> parameter.split("=", 2)).forEach(pair -> {
            if (pair.length < 2 || values.replace(pair[0], pair[1]) == null) {
                throw new IllegalArgumentException("Unknown argument: " + String.join("=", pair));
            }
        });
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
        LatenessTable.RULE.lines().forEach(out);
        String named = parameters.getOrDefault("loop", "");
        List<String> loops = named.isEmpty() ? Main.availableLoops() : List.of(named.split(",", -1));
        boolean allWell = true;
        for (String loop : loops) {
            for (String carrier : List.of(parameters.getOrDefault("carrier", "").split(",", -1))) {
                List<String> arguments = List.of(
                        loop, carrier, parameters.getOrDefault("work", ""), parameters.getOrDefault("call", ""));
                allWell &= Forks.run(LatenessTable.class, arguments, PATIENCE_SECONDS, out);
            }
        }
        return allWell;
    }
}
