package io.anyio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.benchmarks.report.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** JMH's results become a table that sets ours beside the baselines. */
@Tag("once")
class ReportTest {

    @Test
    void oursStandsBesideEachOfItsBaselines() {
        String report = report("["
                + entry("spawn", "nio", "[[100, 300], [200]]", "256") + ","
                + entry("spawnBaseline", "nio", "[[160.0]]", "304") + ","
                + entry("spawnBaselinePool", "nio", "[[4e2]]", "") + ","
                + entry("spawnBaseline", "epoll", "[[1]]", "") + "]");

        assertThat(report.lines().filter(line -> line.startsWith("| B.")))
                .containsExactly(
                        "| B.spawn | carrier=loop loop=nio | 200 ns/op | 160 ns/op | 1.25 | 256 | 304 |",
                        "| B.spawn : Pool | carrier=loop loop=nio | 200 ns/op | 400 ns/op | 0.50 | 256 | – |");
        assertThat(report).contains("2 × 10 iterations").contains("JDK 25.0.3").contains("JMH 1.37");
    }

    @Test
    void aBenchmarkWithoutBaselineIsListed() {
        assertThat(report("[" + entry("alone", "nio", "[[1, 2]]", "") + "]"))
                .contains("| B.alone | carrier=loop loop=nio | 1.5 ns/op | – | – | – | – |");
    }

    @Test
    void ofSeveralRoundsTheMediansCount() {
        String report = Report.of(List.of(
                "[" + entry("spawn", "nio", "[[100]]", "8") + "," + entry("spawnBaseline", "nio", "[[100]]", "") + "]",
                "[" + entry("spawn", "nio", "[[300]]", "10") + "," + entry("spawnBaseline", "nio", "[[400]]", "") + "]",
                "[" + entry("spawn", "nio", "[[200]]", "") + "," + entry("spawnBaseline", "nio", "[[200]]", "") + "]"));

        assertThat(report).contains("Medians of 3 rounds of 2 × 10 iterations");
        assertThat(report.lines().filter(line -> line.startsWith("| B.")))
                .containsExactly("| B.spawn | carrier=loop loop=nio | 200 ns/op | 200 ns/op | 1.00 | 9 | – |");
    }

    @Test
    void filesOfSeveralKindsAreNoRoundsAndEachKindHasItsHeader() {
        String report = Report.of(
                List.of("[" + entry("alone", "nio", "[[1]]", "") + "]", "[" + peer("chain", "0", "anyio", "1") + "]"));

        assertThat(report.lines().filter(line -> line.startsWith("Medians of ")))
                .hasSize(2);
        assertThat(report).doesNotContain("rounds");
    }

    @Test
    void severalLibrariesAreColumnsAndParametersThatDifferStandInTheRow() {
        String report = report("["
                + peer("chain", "16", "anyio", "30") + ","
                + peer("chain", "16", "jox", "60") + ","
                + peer("chain", "0", "jox", "300") + ","
                + peer("chain", "0", "anyio", "150") + ","
                + peer("chain", "0", "anyio", "250") + "]");

        assertThat(report.lines().dropWhile(line -> !line.startsWith("S: ")))
                .containsExactly(
                        "S: loops=1",
                        "",
                        "| question | anyio | jox |",
                        "|---|--:|--:|",
                        "| chain buffer=16 | 30.0, 8 B | 60.0 (0.50), 8 B |",
                        "| chain buffer=0 | 200, 8 B | 300 (0.67), 8 B |");
        assertThat(report).containsPattern("kotlinx-coroutines \\d+\\.\\d+").containsPattern("jox \\d+\\.\\d+");
    }

    @Test
    void aLibraryThatHasNoAnswerLeavesAGap() {
        assertThat(report("[" + peer("a", "0", "jdk", "10") + "," + peer("b", "0", "anyio", "20") + "]"))
                .contains("| a buffer=0 | – | 10.0, 8 B |\n| b buffer=0 | 20.0, 8 B | – |");
    }

    @Test
    void whatIsNoResultIsRefusedWithTheReason() {
        assertThatThrownBy(() -> report("[]")).hasMessage("No results");
        assertThatThrownBy(() -> report("[{}]")).hasMessage("Not a result of JMH: no benchmark");
        assertThatThrownBy(() -> report("{\"a\": ")).hasMessage("Not JSON: expected a value at character 6");
        assertThatThrownBy(() -> report("[] x")).hasMessage("Not JSON: expected the end at character 3");
    }

    @Test
    void jsonIsReadWithItsEscapes() {
        assertThat(Json.parse(" {\"a\\n\\u0041\\\"\" : [true, false, -1.5e1, {}, []]} "))
                .isEqualTo(Map.of("a\nA\"", List.of(true, false, -15.0, Map.of(), List.of())));
    }

    private static String report(String text) {
        return Report.of(List.of(text));
    }

    private static String peer(String name, String buffer, String by, String nanos) {
        return entry(name, "nio", "[[" + nanos + "]]", "8")
                .replace("benchmarks.B.", "benchmarks.stream.S.")
                .replace(
                        "{\"loop\": \"nio\", \"carrier\": \"loop\"}",
                        "{\"by\": \"%s\", \"buffer\": \"%s\", \"loops\": \"1\"}".formatted(by, buffer));
    }

    private static String entry(String name, String loop, String rawData, String bytes) {
        String secondary = bytes.isEmpty() ? "" : "\"gc.alloc.rate.norm\": {\"rawData\": [[" + bytes + "]]}";
        return """
                {"benchmark": "io.anyio.benchmarks.B.%s", "forks": 2, "measurementIterations": 10,
                 "measurementTime": "500 ms", "jdkVersion": "25.0.3", "vmName": "VM", "vmVersion": "25.0.3+9",
                 "jmhVersion": "1.37", "jvmArgs": ["-Xmx1g"], "params": {"loop": "%s", "carrier": "loop"},
                 "primaryMetric": {"rawData": %s, "scoreUnit": "ns/op"}, "secondaryMetrics": {%s}}
                """.formatted(name, loop, rawData, secondary);
    }
}
