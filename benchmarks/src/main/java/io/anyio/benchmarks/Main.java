package io.anyio.benchmarks;

import io.anyio.benchmarks.echo.ServerCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * JMH's command line, on every loop that this machine has, kqueue on macOS included, and with {@link ServerCost}, which
 * costs nothing where no server is measured. All of JMH's options work; see {@code -h}.
 *
 * <pre>{@code
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar TaskBenchmark
 * java --sun-misc-unsafe-memory-access=allow -jar benchmarks/target/benchmarks.jar EchoBenchmark
 * }</pre>
 *
 * <p>JMH itself calls Unsafe, of which the JVM warns; {@code --sun-misc-unsafe-memory-access=allow} before {@code -jar}
 * keeps it quiet. The forks have their flags from {@link LoopBenchmark}.
 */
public final class Main {
    /** The same thing to TaskBenchmark and to the echo servers. */
    private static final List<String> LOOP_PARAMETERS = List.of("loop", "transport");

    private Main() {}

    /** Hands {@code args} to JMH, with the loops to run on added unless they are named; ends with 2 for a wrong one. */
    public static void main(String[] args) throws IOException {
        List<String> given = List.of(args);
        refuseLoops(given);
        org.openjdk.jmh.Main.main(completed(given).toArray(String[]::new));
    }

    /**
     * Ends with 2, and says why, when a loop is named that cannot be had: JMH would say so at length, late, and go on.
     */
    static void refuseLoops(List<String> args) {
        Optional<String> wrong = wrongLoop(args);
        if (wrong.isPresent()) {
            System.err.println(wrong.get());
            System.exit(2);
        }
    }

    /** Why one of the loops that the arguments name cannot be had, if that is so. */
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
                    return Optional.of(name + "=" + label + " cannot be had: " + wrong.get());
                }
            }
        }
        return Optional.empty();
    }

    /** The arguments for JMH, with the loops of this machine where none are named. */
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

    /** The loops of this machine; says which are left out, and why. */
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
