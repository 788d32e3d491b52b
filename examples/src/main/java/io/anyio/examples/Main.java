package io.anyio.examples;

import io.anyio.FailureGroup;
import io.anyio.resource.BrokenResourceException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs an example by its name; without a name, runs the tour. */
public final class Main {
    private static final List<Example> EXAMPLES = List.of(
            new Tour(),
            new SlowService(),
            new Pipeline(),
            new DiningPhilosophers(),
            new EchoServer(),
            new EchoClient(),
            new ChatServer());

    private Main() {}

    /** The first argument is the name of an example, the rest its options. */
    public static void main(String[] args) {
        int status = run(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs the example or prints the help that the arguments request, and returns the exit status. */
    static int run(String... args) {
        try {
            Optional<String> help = CommandLine.help(args, EXAMPLES);
            if (help.isPresent()) {
                System.out.print(help.get());
                return 0;
            }
            return ExampleRunner.run(CommandLine.parse(args, EXAMPLES));
        } catch (UsageException wrong) {
            System.err.print(wrong.usage());
            System.err.println(wrong.getMessage());
            return 2;
        } catch (RuntimeException failure) {
            if (!isTheWorlds(failure)) {
                throw failure;
            }
            messages(failure).distinct().forEach(System.err::println);
            return 1;
        }
    }

    /** Returns whether the cause is outside this program: a port in use, a server that is not there or goes away. */
    private static boolean isTheWorlds(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.exceptions().stream().allMatch(Main::isTheWorlds)
                : failure instanceof UncheckedIOException || failure instanceof BrokenResourceException;
    }

    private static Stream<String> messages(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.exceptions().stream().flatMap(Main::messages)
                : Stream.of(String.valueOf(failure.getMessage()));
    }
}
