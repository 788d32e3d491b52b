package io.anyio.benchmarks.lateness;

import io.anyio.benchmarks.EventLoops;
import io.anyio.benchmarks.LoopKind;
import io.anyio.spi.Carrier;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures one loop on one carrier, in a JVM that {@link io.anyio.benchmarks.Lateness} starts, and prints its table.
 */
public final class LatenessTable {
    public static final String RULE = """
            w: the longest time between two calls of a computing task. Timer / deadline / echo: how late a timer of another task is
            served, how late the task's own deadline is served, and how long an echo over TCP takes, each minus the value of an idle
            loop; medians, in units of w, or without work in slices of 50 µs. Allowed: max(4 slices, 3 w). A median above that is
            marked !, a single attempt above it ?. Attempts end at max(10 ms, 10 w).
            """;

    private static final int AT_REST = 15;
    private static final long DUE = TimeUnit.MILLISECONDS.toNanos(10);

    private LatenessTable() {}

    /** Takes the arguments: loop, carrier, milliseconds of work separated by commas, and a pattern for calls. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        List<Long> works = Stream.of(args[2].split(",", -1))
                .map(millis -> TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis)))
                .toList();
        Pattern wanted = Pattern.compile(args[3], Pattern.CASE_INSENSITIVE);
        Carrier carrier = Carrier.valueOf(args[1].toUpperCase(Locale.ROOT));
        try (WorkLoop loop = new WorkLoop(LoopKind.of(args[0]), carrier)) {
            out.println("\n" + loop.runtime().info() + ", " + EventLoops.netty() + "\n");
            Attempt.Lateness atRest = atRest(loop);
            out.printf(
                    Locale.ROOT,
                    "At rest: timer %d µs late, deadline %d µs late, an echo takes %d µs.%n%n",
                    atRest.timer() / 1_000,
                    atRest.deadline() / 1_000,
                    atRest.echo() / 1_000);
            out.println("| call |" + works.stream().map(LatenessTable::heading).collect(Collectors.joining()));
            out.println("|---|" + "--:|".repeat(works.size()));
            List<Cell> all = new ArrayList<>();
            for (LateCall call : LateCall.values()) {
                if (wanted.matcher(call.toString()).find()) {
                    new Attempt(call, loop, 0, DUE, DUE).measure(); // warms up
                    out.print("| " + call + " |");
                    for (long work : works) {
                        Cell cell = Cell.measure(call, loop, work, atRest);
                        out.print(" " + cell + " |");
                        all.add(cell);
                    }
                    out.println();
                }
            }
            long beyond = all.stream().filter(Cell::isBeyond).count();
            out.println("\nBeyond the rule: " + beyond + " of " + all.size() + " cells.");
        }
    }

    private static String heading(long work) {
        return work == 0 ? " no work, slices |" : " w = " + TimeUnit.NANOSECONDS.toMillis(work) + " ms |";
    }

    /** Returns how late an otherwise idle loop is. */
    private static Attempt.Lateness atRest(WorkLoop loop) throws Exception {
        List<Attempt.Lateness> all = new ArrayList<>();
        for (int i = 0; i < AT_REST; i++) {
            all.add(new Attempt(null, loop, 0, DUE, DUE).measure());
        }
        return new Attempt.Lateness(
                median(all, Attempt.Lateness::timer),
                median(all, Attempt.Lateness::deadline),
                median(all, Attempt.Lateness::echo),
                0);
    }

    private static long median(List<Attempt.Lateness> all, ToLongFunction<Attempt.Lateness> what) {
        return all.stream().mapToLong(what).sorted().toArray()[all.size() / 2];
    }
}
