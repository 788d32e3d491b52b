package io.anyio.benchmarks;

import io.anyio.benchmarks.echo.ServerCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * JMH's command line, on every loop that this machine has (kqueue on macOS included), with the profiler
 * {@link ServerCost}, which costs nothing where no server is measured. All options of JMH work; see {@code -h}.
 *
 * <pre>{@code
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar TaskBenchmark
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoBenchmark
 * }</pre>
 *
 * <p>JMH itself calls Unsafe, about which the JVM warns; {@code --sun-misc-unsafe-memory-access=allow} before
 * {@code -jar} suppresses the warning. {@link LoopBenchmark} sets the flags of the forks.
 */
public final class Main {
    /** Two names of one parameter: of the task benchmarks and of the echo servers. */
    private static final List<String> LOOP_PARAMETERS = List.of("loop", "transport");

    private Main() {}

    /** Passes {@code args} to JMH, with all available loops unless loops are named; exits with 2 for a wrong one. */
    public static void main(String[] args) throws IOException {
        List<String> given = List.of(args);
        refuseLoops(given);
        org.openjdk.jmh.Main.main(completed(given).toArray(String[]::new));
    }

    /**
     * Exits with 2 and a message if a named loop is not available; JMH would report it late, at length, and continue.
     */
    static void refuseLoops(List<String> args) {
        Optional<String> wrong = wrongLoop(args);
        if (wrong.isPresent()) {
            System.err.println(wrong.get());
            System.exit(2);
        }
    }

    /** Returns why one of the named loops is not available, or empty if all are. */
    static Optional<String> wrongLoop(List<String> args) {
        for (String arg : args) {
            String param = arg.startsWith("-p") ? arg.substring(2) : arg;
            String name = param.substring(0, Math.max(0, param.indexOf('=')));
            if (!LOOP_PARAMETERS.contains(name)) {
                continue;
            }
            for (String label : List.of(param.substring(name.length() + 1).split(",", -1))) {
                Optional<String> wrong = LoopKind.whyNot(label);
                if (wrong.isPresent()) {
                    return Optional.of(name + "=" + label + " is not available: " + wrong.get());
                }
            }
        }
        return Optional.empty();
    }

    /** Returns the arguments for JMH, with the loops of this machine where none are named. */
    static List<String> completed(List<String> args) {
        List<String> all = new ArrayList<>(args);
        List<String> missing = LOOP_PARAMETERS.stream()
                .filter(name ->
                        args.stream().noneMatch(arg -> arg.startsWith(name + "=") || arg.startsWith("-p" + name + "=")))
                .toList();
        if (!missing.isEmpty()) {
            String available = availableLoops().stream().map(LoopKind::label).collect(Collectors.joining(","));
            for (String name : missing) {
                all.add("-p");
                all.add(name + "=" + available);
            }
        }
        all.add("-prof");
        all.add(ServerCost.class.getName());
        return all;
    }

    /** Returns the loops of this machine; prints which are left out, and why. */
    static List<LoopKind> availableLoops() {
        List<LoopKind> available = new ArrayList<>();
        for (LoopKind kind : LoopKind.values()) {
            kind.whyNot()
                    .ifPresentOrElse(
                            reason -> System.out.println("# " + kind.label() + " is left out: " + reason),
                            () -> available.add(kind));
        }
        return available;
    }
}
