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
 * Measures everything that is compared with other libraries, prints the tables, and writes JMH's results to a file:
 * first on one event loop, then selected benchmarks on two. Takes less than twelve minutes on an otherwise idle
 * machine. JMH's options are accepted, to measure more or less thoroughly. A benchmark that fails leaves a gap in its
 * table.
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
        Main.refuseLoops(args);
        var options = new CommandLineOptions(args);
        if (options.shouldHelp()) {
            options.showHelp();
            return;
        }
        if (!options.getIncludes().isEmpty()) {
            System.err.println("Comparison runs a fixed set of benchmarks. To exclude some, use -e "
                    + options.getIncludes().getFirst() + "; to run only these, use java -jar benchmarks.jar "
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
                // the arguments exclude this pass; other passes remain
            }
        }
        Report.print(Report.of(List.of(Files.readString(file))));
    }

    private static void write(List<RunResult> results, Path file) throws IOException {
        try (var out = new PrintStream(new FileOutputStream(file.toFile()), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }

    /** Returns the passes, in the order in which they are measured. */
    private static List<ChainedOptionsBuilder> passes(CommandLineOptions options) {
        return List.of(
                pass(options, 1).include(PACKAGE + "(sync|task|stream)\\."),
                pass(options, 2)
                        .include(PACKAGE + "stream\\..*(oneToOne|fourToFour)")
                        .param("buffer", "0", "100"),
                pass(options, 2)
                        .include(PACKAGE + "sync\\.LockBenchmark\\.(contended|handOver)")
                        .param("kind", "lock"),
                pass(options, 2)
                        .include(PACKAGE + "sync\\.EventBenchmark\\.handOver")
                        .param("kind", "event"));
    }

    private static ChainedOptionsBuilder pass(CommandLineOptions options, int loops) {
        List<String> available = Main.availableLoops();
        return new OptionsBuilder()
                .parent(options)
                .param("loop", available.contains("epoll") ? "epoll" : available.getLast())
                .param("carrier", "loop")
                .param("loops", Integer.toString(loops))
                .operationsPerInvocation(loops == 1 ? PeerBenchmark.BATCH : PeerBenchmark.SMALL_BATCH)
                .addProfiler(GCProfiler.class)
                // no file for each pass: the results of all passes go into one
                .resultFormat(ResultFormatType.TEXT)
                .result(nowhere());
    }

    private static String nowhere() {
        return System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null";
    }
}
