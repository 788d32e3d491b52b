package io.anyio.benchmarks;

import java.io.IOException;
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
 * machine. JMH's options are accepted, to measure more or less thoroughly, as {@code docs/benchmarks.md} shows. A
 * benchmark that fails leaves a gap in its table.
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
            String named = options.getIncludes().getFirst();
            Main.refuse("Comparison runs a fixed set of benchmarks. To exclude some, use -e " + named
                    + "; to run only these, use java -jar benchmarks.jar " + named);
        }
        String file = options.getResult().orElse("comparison.json");
        List<RunResult> results = new ArrayList<>();
        for (ChainedOptionsBuilder pass : passes(options)) {
            try {
                results.addAll(new Runner(pass.build()).run());
                // replaces the results of this pass alone
                ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(results);
            } catch (NoBenchmarksException allLeftOut) {
                // the arguments exclude this pass; other passes remain
            }
        }
        Report.print(Report.of(List.of(Files.readString(Path.of(file)))));
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
                .addProfiler(GCProfiler.class);
    }
}
