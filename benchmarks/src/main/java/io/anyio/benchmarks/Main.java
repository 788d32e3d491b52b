package io.anyio.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * JMH's command line, without the loops that this machine does not have. All of JMH's options work; see {@code -h}.
 *
 * <pre>{@code
 * java -jar benchmarks/target/benchmarks.jar TaskBenchmark
 * }</pre>
 *
 * <p>JMH itself calls Unsafe, of which the JVM warns; {@code --sun-misc-unsafe-memory-access=allow} before {@code -jar}
 * keeps it quiet. The forks have their flags from {@link LoopBenchmark}.
 */
public final class Main {
    private Main() {}

    /** Hands {@code args} to JMH, with the loops to run on added unless they are named. */
    public static void main(String[] args) throws IOException {
        org.openjdk.jmh.Main.main(withLoops(List.of(args)).toArray(String[]::new));
    }

    /**
     * The arguments for JMH. A loop that is named explicitly stays, and fails with the reason where it cannot be had.
     */
    static List<String> withLoops(List<String> args) {
        List<String> all = new ArrayList<>(args);
        if (args.stream().noneMatch(arg -> arg.startsWith("loop=") || arg.startsWith("-ploop="))) {
            all.add("-p");
            all.add("loop=" + availableLoops().stream().map(LoopKind::label).collect(Collectors.joining(",")));
        }
        return all;
    }

    /** The loops of this machine; says which are left out, and why. */
    static List<LoopKind> availableLoops() {
        List<LoopKind> available = new ArrayList<>();
        for (LoopKind kind : LoopKind.values()) {
            kind.whyNot()
                    .ifPresentOrElse(
                            reason -> System.out.println("# loop=" + kind.label() + " is left out: " + reason),
                            () -> available.add(kind));
        }
        return available;
    }
}
