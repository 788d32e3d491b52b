package io.anyio.benchmarks.report;

import io.anyio.benchmarks.echo.ServerCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * An echo server of ours and the hand-written handler in the same place.
 *
 * @param transport what the server runs on
 * @param style how ours is written
 * @param size bytes in a message
 * @param rounds the results of both, one for each run of the benchmark
 */
public record EchoPair(String transport, String style, int size, int connections, List<Round> rounds) {
    private static final String NETTY = "netty";

    /** One run of the benchmark, in which the two ran shortly after each other. */
    record Round(Measured ours, Measured netty) {

        /** Returns the number of messages that ours echoes in the CPU time of one message of the handler. */
        double relative() {
            return cpu(netty) / cpu(ours);
        }
    }

    public static boolean isEcho(Measured measured) {
        return measured.name().startsWith("EchoBenchmark.");
    }

    /**
     * Returns the pairs in the files of several runs: small messages first, the transports of one load side by side.
     *
     * @throws IllegalArgumentException if there is no pair
     */
    public static List<EchoPair> all(List<List<Measured>> files) {
        Map<Map<String, String>, List<Round>> rounds = new TreeMap<>(Comparator.comparing(Object::toString));
        for (List<Measured> file : files) {
            for (Measured ours : file) {
                if (!NETTY.equals(ours.params().get("style"))) {
                    baseline(file, ours)
                            .ifPresent(netty -> rounds.computeIfAbsent(ours.params(), _ -> new ArrayList<>())
                                    .add(new Round(ours, netty)));
                }
            }
        }
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("No pair of results: run both styles, as in -p style=anyio,netty");
        }
        List<String> transports = List.of("nio", "epoll", "io_uring", "kqueue");
        return rounds.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(EchoPair::size)
                        .thenComparingInt(EchoPair::connections)
                        .thenComparingInt(pair -> transports.indexOf(pair.transport()))
                        .thenComparing(EchoPair::style))
                .toList();
    }

    private static Optional<Measured> baseline(List<Measured> file, Measured ours) {
        Map<String, String> wanted = new TreeMap<>(ours.params());
        wanted.put("style", NETTY);
        return file.stream().filter(other -> other.params().equals(wanted)).findFirst();
    }

    private static EchoPair of(Map<String, String> params, List<Round> rounds) {
        return new EchoPair(
                Measured.member(params, "transport").toString(),
                Measured.member(params, "style").toString(),
                Integer.parseInt(Measured.text(params, "size")),
                Integer.parseInt(Measured.text(params, "connections")),
                List.copyOf(rounds));
    }

    private static double cpu(Measured measured) {
        return measured.extra(ServerCost.CPU)
                .orElseThrow(() -> new IllegalArgumentException(
                        "No " + ServerCost.CPU + ": run with -prof " + ServerCost.class.getName()));
    }

    // ---- medians of the rounds ----

    /** Returns the number of messages for the same CPU time, relative to the handler's. */
    public double relative() {
        return Measured.medianOf(rounds.stream().map(Round::relative).toList());
    }

    public double lowest() {
        return rounds.stream().mapToDouble(Round::relative).min().orElseThrow();
    }

    public double highest() {
        return rounds.stream().mapToDouble(Round::relative).max().orElseThrow();
    }

    /** Returns the CPU time of our server per message, in nanoseconds. */
    public double oursCpu() {
        return Measured.medianOf(rounds.stream().map(round -> cpu(round.ours())).toList());
    }

    public double nettyCpu() {
        return Measured.medianOf(
                rounds.stream().map(round -> cpu(round.netty())).toList());
    }

    public double oursRate() {
        return Measured.medianOf(
                rounds.stream().map(round -> round.ours().median()).toList());
    }

    public double nettyRate() {
        return Measured.medianOf(
                rounds.stream().map(round -> round.netty().median()).toList());
    }

    /** Returns another figure of our server, if it was measured. */
    public OptionalDouble ours(String metric) {
        return median(rounds.stream().map(round -> round.ours().extra(metric)).toList());
    }

    public OptionalDouble netty(String metric) {
        return median(rounds.stream().map(round -> round.netty().extra(metric)).toList());
    }

    private static OptionalDouble median(List<OptionalDouble> values) {
        List<Double> known = values.stream()
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList();
        return known.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Measured.medianOf(known));
    }
}
