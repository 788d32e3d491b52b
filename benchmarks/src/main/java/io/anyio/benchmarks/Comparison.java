package io.anyio.benchmarks;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Measures everything that is compared with other libraries, prints the tables, and leaves JMH's results in a file: on
 * one event loop, then what is worth knowing on two. Less than twelve minutes on a machine that does nothing else.
 * Takes JMH's options, to measure more thoroughly, or less. A benchmark that fails leaves a gap in its table.
 *
 * <pre>{@code
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Comparison
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Comparison -f 3 -wi 10 -i 10 -rff thorough.json
 * }</pre>
 */
public final class Comparison {
    private static final String PACKAGE = "io\\.anyio\\.benchmarks\\.";

    private Comparison() {}

    /** Measures with JMH's options. */
    public static void main(String[] args) throws CommandLineOptionException, RunnerException, IOException {
        Main.refuseLoops(List.of(args));
        var options = new CommandLineOptions(args);
        if (options.shouldHelp()) {
            options.showHelp();
            return;
        }
        if (!options.getIncludes().isEmpty()) {
            System.err.println("Comparison runs what it compares; to leave something out: -e "
                    + options.getIncludes().getFirst() + "; to run one benchmark only: java -jar benchmarks.jar "
                    + options.getIncludes().getFirst());
            System.exit(2);
        }
        Path file = Path.of(options.getResult().orElse("comparison.json"));
        List<RunResult> results = new ArrayList<>();
        for (ChainedOptionsBuilder pass : passes(options)) {
            try {
                results.addAll(new Runner(pass.build()).run());
                write(results, file);
            } catch (NoBenchmarksException allLeftOut) {
                // by the arguments; there are other passes
            }
        }
        Report.print(Report.of(List.of(Files.readString(file))));
    }

    private static void write(List<RunResult> results, Path file) throws IOException {
        try (var out = new PrintStream(new FileOutputStream(file.toFile()), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }

    /** What is measured, one after the other. */
    private static List<ChainedOptionsBuilder> passes(CommandLineOptions options) {
        return List.of(
                pass(options, 1).include(PACKAGE + "(sync|task|stream)\\."),
                pass(options, 2)
                        .include(PACKAGE + "stream\\..*(oneToOne|fourToFour)")
                        .param("buffer", "0", "100"),
                pass(options, 2).include(PACKAGE + "sync\\.(Lock|Event)Benchmark\\.(contended|handOver)"));
    }

    private static ChainedOptionsBuilder pass(CommandLineOptions options, int loops) {
        List<LoopKind> available = Main.availableLoops();
        LoopKind best = available.contains(LoopKind.EPOLL) ? LoopKind.EPOLL : available.getLast();
        return new OptionsBuilder()
                .parent(options)
                .param("loop", best.label())
                .param("carrier", "loop")
                .param("loops", Integer.toString(loops))
                .operationsPerInvocation(loops == 1 ? PeerBenchmark.BATCH : PeerBenchmark.SMALL_BATCH)
                .addProfiler(GCProfiler.class)
                // it writes no file: all the results of all passes go into one
                .resultFormat(ResultFormatType.TEXT)
                .result(nowhere());
    }

    private static String nowhere() {
        return System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null";
    }
}
