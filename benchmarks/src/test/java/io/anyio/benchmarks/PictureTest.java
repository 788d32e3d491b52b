package io.anyio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** JMH's results of echo servers become a table and a picture that compare by the server's CPU time. */
@Tag("once")
class PictureTest {
    private static final String FIRST = "["
            + entry("epoll", "anyio", 1024, 64, 2_000)
            + "," + entry("epoll", "netty", 1024, 64, 1_800)
            + "," + entry("nio", "anyio", 1024, 64, 4_000)
            + "," + entry("nio", "netty", 1024, 64, 2_000)
            + "," + entry("nio", "anyio", 64, 1, 1_000)
            + "," + entry("nio", "netty", 64, 1, 2_000) + "]";
    private static final String SECOND =
            "[" + entry("epoll", "anyio", 1024, 64, 1_000) + "," + entry("epoll", "netty", 1024, 64, 1_000) + "]";

    @Test
    void theTableSetsOursBesideTheHandlerByCpuTime() {
        assertThat(Report.of(List.of(FIRST)).lines().filter(line -> line.contains("| anyio |")))
                .containsExactly(
                        "| 64 | 1 | nio | anyio | 2.00 | 1.00 | 2.00 | 150k | 150k | 128 | 128 | 20 | 20 |",
                        "| 1024 | 64 | nio | anyio | 0.50 | 4.00 | 2.00 | 150k | 150k | 128 | 128 | 20 | 20 |",
                        "| 1024 | 64 | epoll | anyio | 0.90 | 2.00 | 1.80 | 150k | 150k | 128 | 128 | 20 | 20 |");
    }

    @Test
    void severalRoundsAreComparedOneByOne() {
        String report = Report.of(List.of(FIRST, SECOND));

        assertThat(report).contains("Medians of 1 to 2 rounds of 1 × 3 iterations");
        assertThat(report).contains("| 1024 | 64 | epoll | anyio | 0.95 (0.90 – 1.00) | 1.50 | 1.40 |");
    }

    @Test
    void systemCallsAreListedWhereTheyWereCounted() {
        String counted = FIRST.replaceFirst("\"server.switches\"", "\"server.calls\": {\"rawData\": [[0.125]]}, $0");

        assertThat(Report.of(List.of(counted)).lines().filter(line -> line.contains("| anyio |")))
                .first()
                .asString()
                .endsWith("| 20 | 20 | – | – |");
        assertThat(Report.of(List.of(counted)))
                .contains("| waits | handler's | calls | handler's |")
                .contains("| 20 | 20 | 125 | – |");
    }

    @Test
    void aBarIsAsLongAsItsRatio() throws Exception {
        List<Element> bars = bars(Picture.of(List.of(FIRST)));

        assertThat(bars).extracting(bar -> bar.getAttribute("class")).containsExactly("nio", "nio", "epoll");
        assertThat(bars)
                .extracting(bar -> Double.parseDouble(bar.getAttribute("width")))
                .containsExactly(130 * 3.4, 50 * 3.4, 90 * 3.4); // the first one is cut
    }

    @Test
    void thePictureNamesTheLoadTheRatioAndBothTimes() {
        assertThat(Picture.of(List.of(FIRST)))
                .contains(">64 bytes, 1 connection<", ">1 KiB, 64 connections<")
                .contains(">90<", ">200<", ">2.00 / 1.80 µs<")
                .contains("JMH 1.37");
        assertThat(Picture.of(List.of(FIRST, SECOND))).contains(">95 (90 – 100)<");
    }

    @Test
    void whatCannotBeComparedIsRefusedWithTheReason() {
        assertThatThrownBy(() -> Picture.of(List.of("[" + entry("nio", "anyio", 64, 1, 1) + "]")))
                .hasMessage("No pair of results: run both styles, as in -p style=anyio,netty");
        assertThatThrownBy(() -> Picture.of(List.of("[]"))).hasMessage("No results of EchoBenchmark");
    }

    private static List<Element> bars(String svg) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        var all = document.getElementsByTagName("rect");
        return IntStream.range(0, all.getLength())
                .mapToObj(i -> (Element) all.item(i))
                .filter(rect -> rect.hasAttribute("class"))
                .toList();
    }

    private static String entry(String transport, String style, int size, int connections, int cpu) {
        return """
                {"benchmark": "io.anyio.benchmarks.echo.EchoBenchmark.echo", "forks": 1, "measurementIterations": 3,
                 "measurementTime": "1 s", "jdkVersion": "25.0.3", "vmName": "VM", "vmVersion": "25.0.3+9",
                 "jmhVersion": "1.37", "jvmArgs": ["--add-opens=a"],
                 "params": {"transport": "%s", "style": "%s", "size": "%d", "connections": "%d"},
                 "primaryMetric": {"rawData": [[100000, 150000, 160000]], "scoreUnit": "ops/s"},
                 "secondaryMetrics": {"server.cpu": {"rawData": [[1, %d, 90000]]},
                   "server.alloc": {"rawData": [[128.4]]}, "server.switches": {"rawData": [[0.02]]}}}
                """.formatted(transport, style, size, connections, cpu);
    }
}
