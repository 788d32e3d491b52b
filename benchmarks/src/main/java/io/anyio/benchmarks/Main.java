package io.anyio.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * JMH's command line, without the loops that this machine does not have, and with {@link ServerCost}, which costs
 * nothing where no server is measured. All of JMH's options work; see {@code -h}.
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar TaskBenchmark
 * java -jar benchmarks/target/benchmarks.jar EchoBenchmark
 * }</pre>
 *
 * <p>JMH itself calls Unsafe, of which the JVM warns; {@code --sun-misc-unsafe-memory-access=allow} before {@code -jar}
 * keeps it quiet. The forks have their flags from {@link LoopBenchmark}.
 */
public final class Main {
    private Main() {}

    /** Hands {@code args} to JMH, with the loops to run on added unless they are named. */
    public static void main(String[] args) throws IOException {
        org.openjdk.jmh.Main.main(completed(List.of(args)).toArray(String[]::new));
    }

    /**
     * The arguments for JMH. A loop that is named explicitly stays, and fails with the reason where it cannot be had.
     */
    static List<String> completed(List<String> args) {
        List<String> all = new ArrayList<>(args);
        List<String> missing = Stream.of("loop", "transport") // the same thing to TaskBenchmark and to EchoBenchmark
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
