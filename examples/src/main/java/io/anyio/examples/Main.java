package io.anyio.examples;

import io.anyio.FailureGroup;
import io.anyio.examples.netty.WebSocketChat;
import io.anyio.examples.netty.after.ProductServerAfter;
import io.anyio.examples.netty.before.ProductServerBefore;
import io.anyio.resource.BrokenResourceException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs an example by its name; without a name, runs the tour. */
public final class Main {
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
        return new CommandLine(new Tour())
                .setCommandName("examples")
                .addSubcommand(new Tour())
                .addSubcommand(new SlowService())
                .addSubcommand(new Pipeline())
                .addSubcommand(new DiningPhilosophers())
                .addSubcommand(new EchoServer())
                .addSubcommand(new EchoClient())
                .addSubcommand(new ChatServer())
                .addSubcommand(new RateLimitedProxy())
                .addSubcommand(new BlockingWork())
                .addSubcommand(new FromOutside())
                .addSubcommand(new ProductServerBefore())
                .addSubcommand(new ProductServerAfter())
                .addSubcommand(new WebSocketChat())
                .addSubcommand(new CommandLine.HelpCommand())
                .setParameterExceptionHandler(Main::wrongArguments)
                .setExecutionExceptionHandler((failure, _, _) -> status(failure))
                .execute(args);
    }

    private static int wrongArguments(CommandLine.ParameterException wrong, String[] args) {
        System.err.println(wrong.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(
                wrong, wrong.getCommandLine().getErr());
        System.err.println("Try: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return 2;
    }

    /** Prints the message of a failure whose cause is outside this program; other failures are bugs. */
    private static int status(Exception failure) throws Exception {
        if (!isFromOutside(failure)) {
            throw failure;
        }
        messages(failure).distinct().forEach(System.err::println);
        return failure instanceof IllegalArgumentException ? 2 : 1;
    }

    /** Returns whether the cause is outside: an option, a port in use, a server or a transport that is not there. */
    private static boolean isFromOutside(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.exceptions().stream().allMatch(Main::isFromOutside)
                : failure instanceof UncheckedIOException
                        || failure instanceof BrokenResourceException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof IllegalStateException;
    }

    private static Stream<String> messages(Throwable failure) {
        return failure instanceof FailureGroup group
                ? group.exceptions().stream().flatMap(Main::messages)
                : Stream.of(String.valueOf(failure.getMessage()));
    }
}
