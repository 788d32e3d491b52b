package io.anyio.benchmarks;

import io.anyio.benchmarks.echo.EchoBenchmark;
import io.anyio.benchmarks.report.EchoPair;
import io.anyio.benchmarks.report.EchoTable;
import io.anyio.benchmarks.report.Measured;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Draws JMH's results of {@link EchoBenchmark} as an SVG: a bar for each server of ours, whose length is the number of
 * messages that it echoes in the CPU time in which the hand-written handler on the same transport echoes 100.
 *
 * <pre>{@code
 * java -cp benchmarks/target/benchmarks.jar io.anyio.benchmarks.Picture echo.json > echo.svg
 * }</pre>
 */
public final class Picture {
    private static final int WIDTH = 860;
    private static final int LEFT = 210; // the left end of the bars
    private static final double PIXELS = 3.4; // per per cent
    private static final double LONGEST = 130; // per cent; longer bars are cut, but show their number
    private static final int TOP = 92;
    private static final int ROW = 20;
    private static final int GAP = 26; // between groups, with the heading of the next one

    private Picture() {}

    /** Prints the picture of the files named by the arguments; exits with 2 if there is no readable file. */
    public static void main(String[] args) throws IOException {
        Report.print("Picture", args, Picture::of);
    }

    /** Returns the picture of the results in JMH's files. */
    static String of(List<String> texts) {
        List<List<Object>> files = Report.only(Report.Kind.ECHO, Report.parse(texts));
        if (files.isEmpty()) {
            throw new IllegalArgumentException("No results of EchoBenchmark");
        }
        List<EchoPair> pairs = EchoPair.all(files.stream().map(Measured::all).toList());
        var bars = new StringBuilder();
        int y = TOP;
        String group = "";
        for (EchoPair pair : pairs) {
            String load = heading(pair);
            if (!load.equals(group)) {
                group = load;
                y += GAP;
                bars.append(text(16, y - 8, "class=\"group\"", load));
            }
            bars.append(bar(pair, y));
            y += ROW;
        }
        return head(y + 24) + scale(y) + bars + "</svg>\n" + footnote(files);
    }

    private static String heading(EchoPair pair) {
        String size = pair.size() < 1024 ? pair.size() + " bytes" : pair.size() / 1024 + " KiB";
        return size + ", " + (pair.connections() == 1 ? "1 connection" : pair.connections() + " connections");
    }

    private static String head(int height) {
        return String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
                <title>Echo servers: messages for the same CPU time, Netty handler = 100</title>
                <style>
                text { font: 12px sans-serif; fill: #333 }
                .title { font-size: 17px; font-weight: bold }
                .group { font-weight: bold }
                .right { text-anchor: end }
                .middle { text-anchor: middle; fill: #777 }
                .inside { fill: #fff }
                .nio { fill: #6b7a8f } .epoll { fill: #2f7d5b } .io_uring { fill: #a85b2a } .kqueue { fill: #3c6fb0 }
                </style>
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                """, WIDTH, height)
                + text(16, 28, "class=\"title\"", "Echo servers: messages for the same CPU time of the server")
                + text(
                        16,
                        48,
                        "",
                        "Netty handler on the same transport = 100. Longer is better. At the right: CPU time for"
                                + " a message, ours / handler.");
    }

    /** Returns the vertical lines of the scale; that of the handler is darker. */
    private static String scale(int bottom) {
        var lines = new StringBuilder();
        for (int percent = 0; percent <= 120; percent += 20) {
            boolean handler = percent == 100;
            lines.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\" stroke=\"%4$s\"/>\n",
                    x(percent),
                    TOP - 10,
                    bottom,
                    handler ? "#333" : "#ddd"));
            lines.append(text(x(percent), TOP - 16, "class=\"middle\"", String.valueOf(percent)));
        }
        return lines.toString();
    }

    private static String bar(EchoPair pair, int y) {
        double percent = 100 * pair.relative();
        double end = x(Math.min(percent, LONGEST));
        String label = pair.transport() + (pair.style().equals("anyio") ? "" : ", " + pair.style());
        String number = String.format(Locale.ROOT, "%.0f", percent);
        if (pair.rounds().size() > 1) {
            number += String.format(Locale.ROOT, " (%.0f – %.0f)", 100 * pair.lowest(), 100 * pair.highest());
        }
        return text(LEFT - 8, y + 12, "class=\"right\"", label)
                + String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                        pair.transport(),
                        LEFT,
                        y,
                        end - LEFT,
                        ROW - 4)
                + text(LEFT + 6, y + 12, "class=\"inside\"", number)
                + text(
                        WIDTH - 16,
                        y + 12,
                        "class=\"right\"",
                        EchoTable.micros(pair.oursCpu()) + " / " + EchoTable.micros(pair.nettyCpu()) + " µs");
    }

    private static double x(double percent) {
        return LEFT + percent * PIXELS;
    }

    /** Returns the settings of the measurement as a comment, so that they stay with the picture. */
    private static String footnote(List<List<Object>> files) {
        String header = Report.header(files).lines().collect(Collectors.joining(" "));
        return "<!-- " + header.replace("--", "- -") + " -->\n"; // two hyphens would end the comment
    }

    private static String text(double x, double y, String attributes, String text) {
        String safe = text.replace("&", "&amp;").replace("<", "&lt;");
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, attributes, safe);
    }
}
