package io.anyio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** JMH's results become tables that set ours beside the others. */
@Tag("once")
class ReportTest {

    @Test
    void oursStandsBesideItsBaseline() {
        String report = report("["
                + entry("spawn", "nio", "[[100, 300], [200]]", "256") + ","
                + entry("spawnBaseline", "nio", "[[160.0]]", "304") + ","
                + entry("spawnBaseline", "epoll", "[[1]]", "") + "]");

        assertThat(report.lines().filter(line -> line.startsWith("B:") || line.startsWith("| ")))
                .containsExactly(
                        "B: carrier=loop loop=nio",
                        "| question | anyio | baseline |",
                        "| spawn | 200, 256 B | 160 (1.25), 304 B |",
                        "B: carrier=loop loop=epoll",
                        "| question | baseline |",
                        "| spawn | 1.0 |");
        assertThat(report).contains("2 × 10 iterations").contains("JDK 25.0.3").contains("JMH 1.37");
    }

    @Test
    void ofSeveralRoundsTheMediansCount() {
        String report = Report.of(List.of(
                "[" + entry("spawn", "nio", "[[100]]", "8") + "," + entry("spawnBaseline", "nio", "[[100]]", "") + "]",
                "[" + entry("spawn", "nio", "[[300]]", "10") + "," + entry("spawnBaseline", "nio", "[[400]]", "") + "]",
                "[" + entry("spawn", "nio", "[[200]]", "") + "," + entry("spawnBaseline", "nio", "[[200]]", "") + "]"));

        assertThat(report)
                .contains("Medians of 3 rounds of 2 × 10 iterations")
                .contains("| spawn | 200, 9 B | 200 (1.00) |");
    }

    @Test
    void filesOfSeveralKindsAreNoRoundsAndEachSettingHasItsHeader() {
        String report = Report.of(List.of(
                "[" + entry("alone", "nio", "[[1]]", "") + "]",
                "[" + peer("chain", "0", "anyio", "1").replace("\"forks\": 2", "\"forks\": 1") + "]"));

        assertThat(report.lines().filter(line -> line.startsWith("Medians of ")))
                .hasSize(2);
        assertThat(report).doesNotContain("rounds");
    }

    @Test
    void anotherUnitStandsInTheTitle() {
        assertThat(report("[" + entry("alone", "nio", "[[1, 2]]", "").replace("ns/op", "us/op") + "]"))
                .contains("B: carrier=loop loop=nio, us/op\n")
                .contains("| alone | 1.5 |");
    }

    @Test
    void echoServersStandBesideTheHandlerInATableAndAChart() {
        String report = report("["
                + echo("epoll", 1024, 64, "[[1.1, 0.9], [1.0]]") + ","
                + echo("nio", 1024, 64, "[[0.8]]") + ","
                + echo("nio", 64, 1, "[[2]]") + "]");

        assertThat(report.lines().filter(line -> line.contains("| anyio |")))
                .containsExactly(
                        "| 64 | 1 | nio | anyio | 2.00 (2.00 – 2.00) | 2.00 / 1.80 | 150 / 160 | – | 20 / 30 | – |",
                        "| 1024 | 64 | nio | anyio | 0.80 (0.80 – 0.80) | 2.00 / 1.80 | 150 / 160 | – | 20 / 30 | – |",
                        "| 1024 | 64 | epoll | anyio | 1.00 (0.90 – 1.10) | 2.00 / 1.80 | 150 / 160 | – | 20 / 30 | – |");
        assertThat(report)
                .contains("x-axis [\"64 B × 1, nio\", \"1024 B × 64, nio\", \"1024 B × 64, epoll\"]")
                .contains("bar [200, 80, 100]");
    }

    @Test
    void httpServersStandBesideTheHandlerWithCostsAndLatencies() {
        String http = entry("turns", "epoll", "[[100]]", "")
                .replace("benchmarks.B.", "benchmarks.http.X.")
                .replace(
                        "\"carrier\": \"loop\"",
                        "\"style\": \"threads\", \"connections\": \"64\", \"underWay\": \"16\"");
        String costs = http.replace("\"secondaryMetrics\": {}", """
                "secondaryMetrics": {"relative": {"rawData": [[0.5, 0.7]]},
                  "server.cpu": {"rawData": [[2000]]}, "handler.cpu": {"rawData": [[1000]]}}
                """);
        String latencies = http.replace("X.", "Y.").replace("\"secondaryMetrics\": {}", """
                "secondaryMetrics": {"ratio.p50": {"rawData": [[1.5]]}, "ratio.p99": {"rawData": [[1.1, 1.2, 1.4]]},
                  "rate": {"rawData": [[80000]]},
                  "server.p50": {"rawData": [[30000]]}, "handler.p50": {"rawData": [[20000]]},
                  "server.p99": {"rawData": [[90000]]}, "handler.p99": {"rawData": [[80000]]}}
                """);

        assertThat(report("[" + latencies + "," + costs + "]").lines().filter(line -> line.startsWith("| ")))
                .containsExactly(
                        "| connections | underWay | loop | style | relative | CPU, µs | messages/s, k | bytes | waits | calls |",
                        "| 64 | 16 | epoll | threads | 0.60 (0.50 – 0.70) | 2.00 / 1.00 | – | – | – | – |",
                        "| connections | underWay | loop | style | requests/s, k | p50 | p99 | p50, µs | p99, µs |",
                        "| 64 | 16 | epoll | threads | 80 | 1.50 (1.50 – 1.50) | 1.20 (1.10 – 1.40) | 30 / 20 | 90 / 80 |");
    }

    private static String echo(String loop, int size, int connections, String relative) {
        return entry("turns", loop, "[[100]]", "")
                .replace("benchmarks.B.", "benchmarks.echo.PairedEchoBenchmark.")
                .replace(
                        "\"carrier\": \"loop\"",
                        "\"style\": \"anyio\", \"size\": \"%d\", \"connections\": \"%d\"".formatted(size, connections))
                .replace("\"secondaryMetrics\": {}", """
                        "secondaryMetrics": {"relative": {"rawData": %s},
                          "server.cpu": {"rawData": [[2000]]}, "handler.cpu": {"rawData": [[1800]]},
                          "server.rate": {"rawData": [[150000]]}, "handler.rate": {"rawData": [[160000]]},
                          "server.waits": {"rawData": [[0.02]]}, "handler.waits": {"rawData": [[0.03]]}}
                        """.formatted(relative));
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
        assertThatThrownBy(() -> report("[]")).hasMessageStartingWith("No results. Usage: ");
        assertThatThrownBy(() -> report("[{}]")).hasMessage("Not a result of JMH: no benchmark");
        assertThatThrownBy(() -> report("{\"a\": ")).hasMessageStartingWith("Not JSON as JMH writes it: ");
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
