package io.anyio.examples;

import java.io.UncheckedIOException;
import java.util.List;

/** Runs an example by its name; without a name, the tour. */
public final class Main {
    private static final List<Example> EXAMPLES =
            List.of(new Tour(), new EchoServer(), new EchoClient(), new ChatServer());

    private Main() {}

    /** The first argument is the name of an example, the rest its options. */
    public static void main(String[] args) {
        int status = run(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs what the arguments ask for and gives the exit status. */
    static int run(String... args) {
        try {
            CommandLine line = CommandLine.parse(args, EXAMPLES);
            if (line.helpWanted()) {
                System.out.print(CommandLine.usage(EXAMPLES));
                return 0;
            }
            ExampleRunner.run(line);
            return 0;
        } catch (UsageException wrong) {
            System.err.println(wrong.getMessage());
            System.err.print(CommandLine.usage(EXAMPLES));
            return 2;
        } catch (UncheckedIOException refused) { // a port in use, a server that is not there
            System.err.println(refused.getMessage());
            return 1;
        }
    }
}
