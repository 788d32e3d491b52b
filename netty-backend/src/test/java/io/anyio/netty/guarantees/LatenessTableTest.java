package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.netty.Transport;
import io.anyio.netty.guarantees.LatenessTrial.Lateness;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Measures how late timers, deadlines and I/O of a loop are served while a task computes between two calls, and prints
 * the tables of {@code docs/benchmarks.md}, where the command is. The system properties {@code lateness.loop},
 * {@code lateness.carrier}, {@code lateness.work} (in milliseconds) and {@code lateness.call} (a regular expression)
 * restrict what is measured.
 */
class LatenessTableTest extends NettyGuaranteeTestBase {
    private static final int AT_REST = 15;
    private static final int ATTEMPTS = 3;
    private static final long DUE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final String RULE = """
            w: the longest time between two calls of a computing task. Timer / deadline / echo: how late a timer of another task is
            served, how late the task's own deadline is served, and how long an echo over TCP takes, each minus the value of an idle
            loop; medians, in units of w, or without work in slices of 50 µs. Allowed: max(4 slices, 3 w). A median above that is
            marked !, a single try above it ?. Tries end at max(10 ms, 10 w).
            """;

    private static String chosen(String name, String otherwise) {
        return System.getProperty("lateness." + name, otherwise);
    }

    static Stream<Transport> chosenTransports() {
        String chosen = "," + chosen("loop", "nio,epoll,kqueue,io_uring") + ",";
        return transports().filter(transport -> chosen.contains("," + transport.label() + ","));
    }

    @ParameterizedTest
    @MethodSource("chosenTransports")
    @Tag("soak")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noCallMakesTheLoopLate(Transport transport) throws Exception {
        assumeTrue(chosen("carrier", "loop,portable").contains(System.getProperty("anyio.test.carrier", "")));
        List<Long> works = Stream.of(chosen("work", "0,1,20,50").split(",", -1))
                .map(millis -> TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis)))
                .toList();
        Pattern calls = Pattern.compile(chosen("call", ""), Pattern.CASE_INSENSITIVE);

        assertThat(table(transport, works, calls, System.out::println))
                .as("cells that were far beyond the limit %d times", ATTEMPTS)
                .isEmpty();
    }

    @Test
    void theTableHasARowForEachCallAndAColumnForEachAmountOfWork() throws Exception {
        List<String> lines = new ArrayList<>();

        List<String> late = table(
                Transport.NIO, List.of(0L, TimeUnit.MILLISECONDS.toNanos(1)), Pattern.compile("^Event"), lines::add);

        assertThat(late).isEmpty();
        String cell = " [^|]+ / [^|]+ / [^|]+ \\|";
        assertThat(lines)
                .anyMatch(line -> line.startsWith("| call | no work, slices | w = 1 ms |"))
                .filteredOn(line -> line.matches("\\| Event.await when set \\|" + cell + cell))
                .hasSize(1);
    }

    @Test
    void whatIsLateIsMarked() {
        Lateness right = late(3);
        Lateness wrong = late(5);
        Lateness hopeless = late(100);

        assertThat(cell(right, right, right)).hasToString("3.0 / 3.0 / 3.0");
        assertThat(cell(right, wrong, right)).hasToString("3.0? / 3.0? / 3.0?").matches(cell -> !cell.isBeyond());
        assertThat(cell(right, wrong, wrong)).hasToString("5.0! / 5.0! / 5.0!").matches(LatenessCell::isBeyond);
        assertThat(cell(right, wrong, wrong)).matches(cell -> !cell.isFarBeyond());
        assertThat(cell(right, hopeless, hopeless)).hasToString(">10! / >10! / >10!");
        assertThat(cell(right, hopeless, hopeless)).matches(LatenessCell::isFarBeyond);
    }

    private static LatenessCell cell(Lateness... tries) {
        return new LatenessCell(QuickCall.EVENT, DUE, List.of(tries));
    }

    /** Everything is late by a number of pieces of work. */
    private static Lateness late(int works) {
        return new Lateness(works * DUE, works * DUE, works * DUE, DUE, 0);
    }

    /** Measures and prints a row for each call; returns the cells that are far beyond the limit whenever measured. */
    private static List<String> table(Transport transport, List<Long> works, Pattern calls, Consumer<String> out)
            throws Exception {
        List<String> late = new ArrayList<>();
        int beyond = 0;
        try (EchoLoop loop = bounded(() -> EchoLoop.open(new EchoLoop.Place(transport, false), 1))) {
            RULE.lines().forEach(out);
            out.accept("\n" + loop.runtime().info() + "\n");
            Lateness atRest = atRest(loop);
            out.accept(String.format(
                    Locale.ROOT,
                    "At rest: timer %d µs late, deadline %d µs late, an echo takes %d µs.%n",
                    atRest.timer() / 1_000,
                    atRest.deadline() / 1_000,
                    atRest.echo() / 1_000));
            out.accept(
                    "| call |" + works.stream().map(LatenessTableTest::heading).collect(Collectors.joining()));
            out.accept("|---|" + "--:|".repeat(works.size()));
            for (QuickCall call : QuickCall.values()) {
                if (calls.matcher(call.toString()).find()) {
                    LatenessTrial.measure(call, loop, new LatenessTrial.Load(0, DUE, DUE), 1); // warms up
                    var row = new StringBuilder("| " + call + " |");
                    for (long work : works) {
                        LatenessCell cell = measured(call, loop, work, atRest);
                        row.append(" " + cell + " |");
                        beyond += cell.isBeyond() ? 1 : 0;
                        if (cell.isFarBeyond()) {
                            late.add(call + "," + heading(work) + " " + cell);
                        }
                    }
                    out.accept(row.toString());
                }
            }
        }
        out.accept("\nCells with a median beyond the limit: " + beyond + "\n");
        return late;
    }

    /** Returns the first cell that is not far beyond the limit, or the last: the machine may cause one or two. */
    private static LatenessCell measured(QuickCall call, EchoLoop loop, long work, Lateness atRest) throws Exception {
        LatenessCell cell = LatenessCell.measure(call, loop, work, atRest);
        for (int i = 1; i < ATTEMPTS && cell.isFarBeyond(); i++) {
            cell = LatenessCell.measure(call, loop, work, atRest);
        }
        return cell;
    }

    private static String heading(long work) {
        return work == 0 ? " no work, slices |" : " w = " + TimeUnit.NANOSECONDS.toMillis(work) + " ms |";
    }

    /** Returns how late an otherwise idle loop is. */
    private static Lateness atRest(EchoLoop loop) throws Exception {
        List<Lateness> all = new ArrayList<>();
        for (int i = 0; i < AT_REST; i++) {
            all.add(LatenessTrial.atRest(loop, DUE));
        }
        return new Lateness(
                median(all, Lateness::timer), median(all, Lateness::deadline), median(all, Lateness::echo), 0, 0);
    }

    private static long median(List<Lateness> all, ToLongFunction<Lateness> what) {
        return all.stream().mapToLong(what).sorted().toArray()[all.size() / 2];
    }
}
