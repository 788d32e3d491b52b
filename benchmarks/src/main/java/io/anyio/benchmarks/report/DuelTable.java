package io.anyio.benchmarks.report;

import io.anyio.benchmarks.echo.EchoDuel;
import io.anyio.benchmarks.echo.ServerCost;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A table of echo servers that took turns with a handler; see {@link EchoDuel}. */
public final class DuelTable {

    private DuelTable() {}

    /** Returns whether {@code measured} belongs in this table. */
    public static boolean takes(Measured measured) {
        return measured.name().startsWith("EchoDuel.")
                && !measured.extras(ServerCost.RELATIVE).isEmpty();
    }

    public static String of(List<Measured> all) {
        var table = new StringBuilder("""

                Relative: messages for the same CPU time of the server, where the hand-written handler that alternated with it is 1.00; the
                median of all iterations and (lowest – highest).

                | size | connections | transport | style | relative | CPU µs/message | handler's |
                |--:|--:|---|---|--:|--:|--:|
                """);
        all.stream()
                .sorted(Comparator.comparingInt((Measured one) -> whole(one, "connections"))
                        .thenComparingInt(one -> whole(one, "size")))
                .forEach(one -> table.append("| ")
                        .append(String.join(
                                " | ",
                                Measured.text(one.params(), "size"),
                                Measured.text(one.params(), "connections"),
                                Measured.text(one.params(), "transport"),
                                Measured.text(one.params(), "style"),
                                relative(one.extras(ServerCost.RELATIVE)),
                                EchoTable.micros(Measured.medianOf(one.extras(ServerCost.CPU))),
                                EchoTable.micros(Measured.medianOf(one.extras(ServerCost.HANDLER_CPU)))))
                        .append(" |\n"));
        return table.toString();
    }

    private static int whole(Measured one, String param) {
        return Integer.parseInt(Measured.text(one.params(), param));
    }

    private static String relative(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f – %.2f)",
                Measured.medianOf(values),
                Collections.min(values),
                Collections.max(values));
    }
}
