package io.anyio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.benchmarks.engine.TaskBenchmark;
import io.anyio.benchmarks.server.PairedResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Every benchmark runs to its end on every loop and carrier, if only for a moment: the numbers mean nothing here. */
@Tag("once")
@Timeout(value = 5, unit = TimeUnit.MINUTES) // dozens of benchmarks each, some in JVMs of their own
class SmokeTest {
    private static final Path TARGET = Path.of("target");

    @BeforeAll
    static void allowRunsBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyBenchmarkRunsOnEveryLoopAndCarrier() throws Exception {
        Path json = TARGET.resolve("smoke.json");
        List<String> loops = Main.availableLoops();

        Collection<RunResult> results = run(moment("smoke.txt")
                .include("TaskBenchmark")
                .param("loop", loops.toArray(String[]::new))
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        long benchmarks = Stream.of(TaskBenchmark.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .count();
        assertThat(results).hasSize(Math.toIntExact(benchmarks * loops.size() * 2));
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
        String report = Report.of(List.of(Files.readString(json)));
        assertThat(report.lines())
                .filteredOn(line -> line.startsWith("TaskBenchmark: "))
                .hasSize(loops.size() * 2);
        assertThat(report.lines())
                .filteredOn(line -> line.matches("\\| \\w+ \\| [\\d.]+ \\| [\\d.]+ \\([\\d.]+\\) \\|"))
                .hasSize(results.size() / 2);
    }

    @Test
    void everyFirstWakeUpIsMeasuredThreeTimes() throws Exception {
        Collection<RunResult> results = run(moment("smoke-wake.txt")
                .include("FirstWakeUp")
                .param("loop", "nio")
                .measurementIterations(3)
                .forks(0));

        assertThat(results).hasSize(5 * 2).allSatisfy(result -> {
            assertThat(result.getPrimaryResult().getSampleCount()).isEqualTo(3);
            assertThat(result.getPrimaryResult().getScore()).isPositive();
        });
    }

    @ParameterizedTest
    @CsvSource({"loop,1", "loop,2", "portable,1"})
    void everyLibraryAnswersEveryQuestion(String carrier, String loops) throws Exception {
        Path json = TARGET.resolve("smoke-peers.json");
        boolean joxHasForks = Runtime.version().feature() == 25; // whose preview they stand on

        Collection<RunResult> results = run(moment("smoke-peers.txt")
                .include("benchmarks\\.(sync|task|stream)\\.")
                .exclude(joxHasForks ? "^$" : "HandleBenchmark")
                .param("loop", "nio")
                .param("carrier", carrier)
                .param("loops", loops)
                .operationsPerInvocation(2_016)
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        assertThat(results)
                .hasSize(joxHasForks ? 139 : 123)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
        assertThat(Report.of(List.of(Files.readString(json))).lines())
                .contains("| question | anyio | jdk | jox | kotlin |")
                .anyMatch(line -> line.startsWith("| chain buffer=unbounded | "))
                .noneMatch(line -> line.contains("–"));
    }

    @Test
    void everyLibraryCallsOtherThreads() throws Exception {
        Collection<RunResult> results = run(moment("smoke-threads.txt")
                .include("benchmarks\\.thread\\.")
                .param("loop", "nio")
                .param("carrier", "loop")
                .operationsPerInvocation(100)
                .forks(0));

        assertThat(results)
                .hasSize(5 * 4)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    void theComparisonPutsAllItsPassesIntoOneFile() throws Exception {
        Path json = TARGET.resolve("smoke-comparison.json");

        Comparison.main(("-f 0 -wi 0 -i 1 -r 1ms -e task -e sync -e chain -e fourToFour -p by=kotlin -p buffer=16 -rff "
                        + json + " -o " + TARGET.resolve("smoke-comparison.txt"))
                .split(" "));

        assertThat(Report.of(List.of(Files.readString(json))).lines())
                .anyMatch(line -> line.matches("StreamBenchmark: carrier=loop loop=\\w+ loops=1"))
                .anyMatch(line -> line.matches("StreamBenchmark: carrier=loop loop=\\w+ loops=2"))
                .anyMatch(line -> line.startsWith("| oneToOne buffer=16 | "));
    }

    @Test
    void withoutItsFlagAnOwnSchedulerIsNotMeasured() throws Exception {
        ChainedOptionsBuilder options = moment("smoke-threads.txt")
                .include("LockBenchmark.uncontended$")
                .param("by", "kotlin")
                .param("loop", "nio")
                .param("carrier", "portable")
                .param("loops", "2")
                .forks(0);

        assertThatThrownBy(() -> run(options)).isInstanceOf(RunnerException.class);

        assertThat(Files.readString(TARGET.resolve("smoke-threads.txt")))
                .contains(
                        "With carrier=portable and loops=2 the forks need -Djdk.virtualThreadScheduler.parallelism=2");
    }

    @Test
    void everyEchoServerTakesTurnsWithAHandlerOnEveryTransport() throws Exception {
        Path json = TARGET.resolve("smoke-echo.json");
        List<String> loops = Main.availableLoops();

        Collection<RunResult> results = run(moment("smoke-echo.txt")
                .include("PairedEchoBenchmark")
                .param("loop", loops.toArray(String[]::new))
                .param("style", "anyio", "anyio-arrays", "anyio-portable")
                .addProfiler(PairedResults.class)
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        int cells = loops.size() * 3 * 3 * 2;
        assertThat(results).hasSize(cells).allSatisfy(result -> {
            double relative =
                    result.getSecondaryResults().get(PairedResults.RELATIVE).getScore();
            assertThat(relative).isPositive();
        });
        String figures = "( [\\d.]+ / [\\d.]+ \\|){3}";
        assertThat(Report.of(List.of(Files.readString(json))).lines())
                .filteredOn(line -> line.matches(
                        "\\| \\d+ \\| \\d+ \\| \\w+ \\| anyio.* \\| [\\d.]+ \\([\\d. –]+\\) \\|" + figures + ".*"))
                .hasSize(cells);
    }

    @Test
    void everyHttpServerTakesTurnsWithAHandlerOnEveryTransport() throws Exception {
        Path json = TARGET.resolve("smoke-http.json");
        List<String> loops = Main.availableLoops();
        String[] styles = {
            "connection-tasks", "connection-tasks-portable", "request-tasks", "jdk-threads", "jdk-threads-consolidated"
        };

        Collection<RunResult> results = run(moment("smoke-http.txt")
                .include("PairedHttpBenchmark")
                .include("HttpLatencyBenchmark")
                .param("loop", loops.toArray(String[]::new))
                .param("style", styles)
                .param("rate", "1000")
                .addProfiler(PairedResults.class)
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        assertThat(results).hasSize(loops.size() * styles.length * 3).allSatisfy(result -> {
            String ratio = result.getParams().getBenchmark().contains("Latency")
                    ? PairedResults.RATIO + PairedResults.P99
                    : PairedResults.RELATIVE;
            assertThat(result.getSecondaryResults().get(ratio).getScore()).isPositive();
        });
        assertThat(Report.of(List.of(Files.readString(json))).lines())
                .filteredOn(line -> line.matches("\\| 64 \\| \\w+ \\| [a-z-]+ \\|.*( [\\d.]+ / [\\d.]+ \\|){2}"))
                .hasSize(loops.size() * styles.length);
    }

    @Test
    void everyOtherLibraryServesInAProcessOfItsOwn() throws Exception {
        Collection<RunResult> results = run(moment("smoke-processes.txt")
                .include("HttpProcessBenchmark")
                .param("loop", "nio")
                .param("underWay", "16")
                .addProfiler(PairedResults.class)
                .forks(0));

        assertThat(results).hasSize(4).allSatisfy(result -> {
            double relative =
                    result.getSecondaryResults().get(PairedResults.RELATIVE).getScore();
            assertThat(relative).isNotNegative(); // the time of a process comes in steps
        });
        assertThat(Files.readString(TARGET.resolve("smoke-processes.txt"))).doesNotContain("failure");
    }

    @Test
    void aForkHasTheFlagsThatTheLoopCarrierNeeds() throws Exception {
        assertThat(run(fork("smoke-fork.txt"))).hasSize(1);
    }

    @Test
    void withoutTheFlagsTheLoopCarrierIsNotMeasured() throws Exception {
        ChainedOptionsBuilder options = fork("smoke-refused.txt").jvmArgsAppend("--enable-native-access=ALL-UNNAMED");

        assertThatThrownBy(() -> run(options)).isInstanceOf(RunnerException.class);

        assertThat(Files.readString(TARGET.resolve("smoke-refused.txt")))
                .contains("The loop carrier is not available: start the JVM with --add-opens");
    }

    @Test
    void anUnknownLibraryIsRefusedWithTheKnownOnes() throws Exception {
        ChainedOptionsBuilder options = moment("smoke-unknown.txt")
                .include("LockBenchmark.uncontended$")
                .param("by", "pigeon")
                .param("loop", "nio")
                .param("carrier", "loop")
                .forks(0);

        assertThatThrownBy(() -> run(options)).isInstanceOf(RunnerException.class);

        assertThat(Files.readString(TARGET.resolve("smoke-unknown.txt")))
                .contains("Unknown parameter by=pigeon; choose one of anyio, jdk, kotlin");
    }

    @Test
    void aLoopThatIsNotAvailableIsReportedInALine() throws Exception {
        assertThat(Main.wrongLoop("Echo", "-p", "loop=nio,pigeon"))
                .contains("loop=pigeon is not available: A loop is nio, epoll, io_uring or kqueue, not pigeon");
        assertThat(Main.wrongLoop("-ploop=nio", "-p", "by=pigeon")).isEmpty();
        List<String> available = Main.availableLoops();
        for (LoopKind kind : LoopKind.values()) {
            assertThat(Main.wrongLoop("-ploop=" + kind.label()).isEmpty()).isEqualTo(available.contains(kind.label()));
        }
    }

    @Test
    void aLoopThatIsNamedIsNotAddedAgain() throws Exception {
        assertThat(Main.completed("-ploop=nio")).containsExactly("-ploop=nio", "-prof", PairedResults.class.getName());
        assertThat(Main.completed("Task")).startsWith("Task", "-p").anyMatch(arg -> arg.startsWith("loop=nio"));
    }

    /** One benchmark on the loop carrier, in a fork that inherits no flag of this JVM. */
    private static ChainedOptionsBuilder fork(String output) {
        return moment(output)
                .include("TaskBenchmark.checkpoint$")
                .param("loop", "nio")
                .param("carrier", "loop")
                .jvmArgs("-Xmx256m")
                .forks(1);
    }

    private static ChainedOptionsBuilder moment(String output) {
        return new OptionsBuilder()
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .operationsPerInvocation(1_000)
                .shouldFailOnError(true)
                .output(TARGET.resolve(output).toString());
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).run();
    }
}
