package io.anyio.benchmarks;

import io.anyio.benchmarks.server.PairedResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH's command line, on every loop that this machine has (kqueue on macOS included), with the profiler
 * {@link PairedResults}, which costs nothing where no server is measured. All options of JMH work; see {@code -h}.
 */
public final class Main {
    private Main() {}

    /** Passes {@code args} to JMH, with all available loops unless loops are named; exits with 2 for a wrong one. */
    public static void main(String[] args) throws IOException, CommandLineOptionException {
        refuseLoops(args);
        org.openjdk.jmh.Main.main(completed(args));
    }

    /** Exits with 2 and a message if a named loop is not available; JMH would report it late, and continue. */
    static void refuseLoops(String... args) throws CommandLineOptionException {
        wrongLoop(args).ifPresent(Main::refuse);
    }

    /** Prints why the command is wrong, and exits with 2. */
    static void refuse(@Nullable String reason) {
        System.err.println(reason);
        System.exit(2);
    }

    /** Returns why one of the named loops is not available, or empty if all are. */
    static Optional<String> wrongLoop(String... args) throws CommandLineOptionException {
        return namedLoops(args).stream()
                .flatMap(label ->
                        LoopKind.whyNot(label).map(why -> "loop=" + label + " is not available: " + why).stream())
                .findFirst();
    }

    private static Collection<String> namedLoops(String... args) throws CommandLineOptionException {
        return new CommandLineOptions(args).getParameter("loop").orElse(List.of());
    }

    /** Returns the arguments for JMH, with the loops of this machine where none are named. */
    static String[] completed(String... args) throws CommandLineOptionException {
        List<String> all = new ArrayList<>(List.of(args));
        if (namedLoops(args).isEmpty()) {
            all.addAll(List.of("-p", "loop=" + String.join(",", availableLoops())));
        }
        all.addAll(List.of("-prof", PairedResults.class.getName()));
        return all.toArray(String[]::new);
    }

    /** Returns the names of the loops of this machine; prints which are left out, and why. */
    static List<String> availableLoops() {
        List<String> available = new ArrayList<>();
        for (LoopKind kind : LoopKind.values()) {
            kind.whyNot()
                    .ifPresentOrElse(
                            reason -> System.out.println("# " + kind.label() + " is left out: " + reason),
                            () -> available.add(kind.label()));
        }
        return available;
    }
}
