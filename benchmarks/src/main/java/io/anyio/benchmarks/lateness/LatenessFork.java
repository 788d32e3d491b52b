package io.anyio.benchmarks.lateness;

import io.anyio.benchmarks.LoopBenchmark;
import io.anyio.benchmarks.LoopKind;
import io.anyio.spi.Carrier;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures one loop on one carrier, in a JVM that {@link io.anyio.benchmarks.Lateness} starts, and prints its table.
 */
public final class LatenessFork {
    private static final int AT_REST = 15;
    private static final long DUE = TimeUnit.MILLISECONDS.toNanos(10);

    private LatenessFork() {}

    /** Takes the arguments: loop, carrier, milliseconds of work separated by commas, and a pattern for calls. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        long[] works = Stream.of(args[2].split(",", -1))
                .mapToLong(millis -> TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis)))
                .toArray();
        Pattern wanted = Pattern.compile(args[3], Pattern.CASE_INSENSITIVE);
        Carrier carrier = Carrier.valueOf(args[1].toUpperCase(Locale.ROOT));
        try (WorkLoop loop = WorkLoop.open(LoopKind.of(args[0]), carrier)) {
            out.println("\n" + loop.runtime().info() + ", " + LoopBenchmark.netty() + "\n");
            Attempt.Lateness atRest = rest(loop, out);
            out.println("| call |" + columns(works, LatenessFork::heading));
            out.println("|---|" + columns(works, _ -> "--:|"));
            List<Cell> all = new ArrayList<>();
            for (LateCall call : LateCall.values()) {
                if (wanted.matcher(call.toString()).find()) {
                    warmUp(call, loop);
                    List<Cell> row = new ArrayList<>();
                    for (long work : works) {
                        row.add(Cell.measure(call, loop, work, atRest));
                    }
                    out.println("| " + call + " |" + columns(row));
                    all.addAll(row);
                }
            }
            long beyond = all.stream().filter(Cell::isBeyond).count();
            out.println("\nBeyond the rule: " + beyond + " of " + all.size() + " cells.");
        }
    }

    private static String columns(long[] works, LongFunction<String> text) {
        return String.join("", Arrays.stream(works).mapToObj(text).toList());
    }

    private static String columns(List<Cell> cells) {
        return String.join("", cells.stream().map(cell -> " " + cell + " |").toList());
    }

    private static String heading(long work) {
        return work == 0 ? " no work, slices |" : " w = " + TimeUnit.NANOSECONDS.toMillis(work) + " ms |";
    }

    private static void warmUp(LateCall call, WorkLoop loop) throws Exception {
        new Attempt(call, loop, 0, DUE, DUE).measure();
    }

    /** Measures and prints how late an otherwise idle loop is. */
    private static Attempt.Lateness rest(WorkLoop loop, PrintStream out) throws Exception {
        List<Attempt.Lateness> all = new ArrayList<>();
        for (int i = 0; i < AT_REST; i++) {
            all.add(new Attempt(null, loop, 0, DUE, DUE).measure());
        }
        var atRest = new Attempt.Lateness(
                median(all, Attempt.Lateness::timer),
                median(all, Attempt.Lateness::deadline),
                median(all, Attempt.Lateness::echo),
                0);
        out.printf(
                Locale.ROOT,
                "At rest: timer %d µs late, deadline %d µs late, an echo takes %d µs.%n%n",
                atRest.timer() / 1_000,
                atRest.deadline() / 1_000,
                atRest.echo() / 1_000);
        return atRest;
    }

    private static long median(List<Attempt.Lateness> all, ToLongFunction<Attempt.Lateness> what) {
        return all.stream()
                .mapToLong(what)
                .sorted()
                .skip(all.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
