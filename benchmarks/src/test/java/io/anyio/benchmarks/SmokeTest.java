package io.anyio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.benchmarks.echo.ServerCost;
import io.anyio.benchmarks.engine.TaskBenchmark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<String> loops = Main.availableLoops().stream().map(LoopKind::label).toList();

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
        assertThat(report.lines().filter(line -> line.startsWith("| TaskBenchmark.")))
                .hasSize(results.size() / 2)
                .noneMatch(line -> line.contains("ns/op | – |"));
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
    void everyEchoServerAnswersOnEveryTransport() throws Exception {
        Path json = TARGET.resolve("smoke-echo.json");
        List<String> transports =
                Main.availableLoops().stream().map(LoopKind::label).toList();

        Collection<RunResult> results = run(moment("smoke-echo.txt")
                .include("EchoBenchmark")
                .param("transport", transports.toArray(String[]::new))
                .param("style", "anyio", "anyio-arrays", "anyio-portable", "netty")
                .operationsPerInvocation(100)
                .addProfiler(ServerCost.class)
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        int cells = transports.size() * 3 * 2;
        assertThat(results)
                .hasSize(cells * 4)
                .allSatisfy(result ->
                        assertThat(result.getSecondaryResults()).containsKeys(ServerCost.CPU, ServerCost.BYTES));
        List<String> texts = List.of(Files.readString(json));
        assertThat(Report.of(texts).lines().filter(line -> line.contains(" | anyio")))
                .hasSize(cells * 3);
        assertThat(Picture.of(texts)).contains("16 KiB, 64 connections");
    }

    @Test
    void anEchoServerAndAHandlerTakeTurns() throws Exception {
        Path json = TARGET.resolve("smoke-duel.json");
        List<String> transports =
                Main.availableLoops().stream().map(LoopKind::label).toList();

        Collection<RunResult> results = run(moment("smoke-duel.txt")
                .include("EchoDuel")
                .param("transport", transports.toArray(String[]::new))
                .param("size", "1024")
                .addProfiler(ServerCost.class)
                .resultFormat(ResultFormatType.JSON)
                .result(json.toString())
                .forks(0));

        assertThat(results).hasSize(transports.size() * 2).allSatisfy(result -> {
            double relative =
                    result.getSecondaryResults().get(ServerCost.RELATIVE).getScore();
            assertThat(relative).isBetween(0.01, 100.0);
        });
        assertThat(Report.of(List.of(Files.readString(json))).lines())
                .anyMatch(line -> line.matches("\\| 1024 \\| 64 \\| nio \\| anyio \\| [\\d.]+ \\([\\d. –]+\\) \\| .*"));
    }

    @Test
    void latenessIsMeasuredOnBothCarriersInJvmsOfTheirOwn() throws Exception {
        List<String> lines = new ArrayList<>();

        boolean allWell = Lateness.measure(
                Lateness.parameters(List.of("-p", "loop=nio", "-pwork=0,1", "-pcall=^Event")), lines::add);

        assertThat(allWell).isTrue();
        String cell = " [^|]+ / [^|]+ / [^|]+ \\|";
        assertThat(lines)
                .anyMatch(line -> line.contains("transport=nio carrier=loop"))
                .anyMatch(line -> line.contains("transport=nio carrier=portable"));
        assertThat(lines.stream().filter(line -> line.matches("\\| Event.await when set \\|" + cell + cell)))
                .hasSize(2);
    }

    @Test
    void whatLatenessDoesNotKnowIsRefused() {
        assertThatThrownBy(() -> Lateness.parameters(List.of("-p", "weather=fine")))
                .hasMessage("Unknown argument: weather=fine");
        assertThatThrownBy(() -> Lateness.parameters(List.of("-p", "carrier=pigeon")))
                .hasMessageContaining("A carrier is loop or portable");
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
    void whoIsUnknownIsToldWhoThereIs() throws Exception {
        ChainedOptionsBuilder options = moment("smoke-nobody.txt")
                .include("LockBenchmark.uncontended$")
                .param("by", "nobody")
                .param("loop", "nio")
                .param("carrier", "loop")
                .forks(0);

        assertThatThrownBy(() -> run(options)).isInstanceOf(RunnerException.class);

        assertThat(Files.readString(TARGET.resolve("smoke-nobody.txt")))
                .contains("Unknown parameter by=nobody; choose one of anyio, jdk, kotlin");
    }

    @Test
    void aLoopThatCannotBeHadIsToldInALine() {
        assertThat(Main.wrongLoop(List.of("Echo", "-p", "transport=nio,pigeon")))
                .contains("transport=pigeon is not available: A loop is nio, epoll, io_uring or kqueue, not pigeon");
        assertThat(Main.wrongLoop(List.of("-ploop=nio", "-p", "by=pigeon"))).isEmpty();
        List<LoopKind> available = Main.availableLoops();
        for (LoopKind kind : LoopKind.values()) {
            assertThat(Main.wrongLoop(List.of("-ploop=" + kind.label())).isEmpty())
                    .isEqualTo(available.contains(kind));
        }
    }

    @Test
    void aLoopThatIsNamedIsNotAddedAgain() {
        List<String> named = Main.completed(List.of("-p", "loop=nio", "-ptransport=nio"));
        assertThat(named).containsExactly("-p", "loop=nio", "-ptransport=nio", "-prof", ServerCost.class.getName());
        assertThat(Main.completed(List.of("Task")))
                .startsWith("Task", "-p")
                .anyMatch(arg -> arg.startsWith("loop=nio"))
                .anyMatch(arg -> arg.startsWith("transport=nio"));
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
