package io.anyio.benchmarks.report;

import io.anyio.benchmarks.echo.EchoBenchmark;
import io.anyio.benchmarks.echo.ServerCost;
import io.anyio.benchmarks.echo.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A table of echo servers; see {@link EchoBenchmark}. */
public final class EchoTable {

    private EchoTable() {}

    public static String of(List<EchoPair> pairs) {
        boolean calls =
                pairs.stream().anyMatch(pair -> pair.ours(SystemCalls.CALLS).isPresent());
        var table = new StringBuilder("""

                Relative: messages for the same CPU time of the server, where the hand-written handler on the same transport is 1.00;
                with several rounds the median and (lowest – highest). Bytes: allocated on the server's heap per message. Waits: how
                often the server's thread went to sleep, per 1,000 messages.%s

                | size | connections | transport | style | relative | CPU µs/message | handler's | messages/s | handler's | bytes | handler's | waits | handler's |%s
                |--:|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|%s
                """.formatted(
                        calls ? " Calls: system calls of the server's thread per 1,000 messages." : "",
                        calls ? " calls | handler's |" : "",
                        calls ? "--:|--:|" : ""));
        for (EchoPair pair : pairs) {
            List<String> cells = new ArrayList<>(List.of(
                    String.valueOf(pair.size()),
                    String.valueOf(pair.connections()),
                    pair.transport(),
                    pair.style(),
                    relative(pair),
                    micros(pair.oursCpu()),
                    micros(pair.nettyCpu()),
                    rate(pair.oursRate()),
                    rate(pair.nettyRate()),
                    whole(pair.ours(ServerCost.BYTES), 1),
                    whole(pair.netty(ServerCost.BYTES), 1),
                    whole(pair.ours(ServerCost.SWITCHES), 1_000),
                    whole(pair.netty(ServerCost.SWITCHES), 1_000)));
            if (calls) {
                cells.add(whole(pair.ours(SystemCalls.CALLS), 1_000));
                cells.add(whole(pair.netty(SystemCalls.CALLS), 1_000));
            }
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return table.toString();
    }

    private static String relative(EchoPair pair) {
        String median = String.format(Locale.ROOT, "%.2f", pair.relative());
        return pair.rounds().size() == 1
                ? median
                : median + String.format(Locale.ROOT, " (%.2f – %.2f)", pair.lowest(), pair.highest());
    }

    public static String micros(double nanos) {
        return String.format(Locale.ROOT, nanos < 10_000 ? "%.2f" : "%.1f", nanos / 1_000);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.0fk", perSecond / 1_000);
    }

    private static String whole(OptionalDouble value, int times) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.0f", value.getAsDouble() * times) : "–";
    }
}
