package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.Timeouts;
import io.anyio.ValueBlock;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.sync.CapacityLimiter;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A server whose answers need work that would hold up an event loop: computations, and calls of a blocking client. Both
 * run on worker threads, each kind with a limit of its own, so that neither keeps the other waiting.
 *
 * <p>A computation asks now and then whether its time is over. The blocking client cannot be stopped: after a time-out
 * the server answers without it, and its connection stays in use until the call has ended.
 */
@Command(name = "blocking-work", description = "answers 'primes N' and 'query N' with the help of worker threads")
final class BlockingWork extends Example {
    private static final int STEP = 1_000;

    private final BlockingDatabase database = new BlockingDatabase();

    @Mixin
    private Listening listening = new Listening();

    @Option(names = "--port", paramLabel = "N", description = "the port to listen on, 0 for any")
    private int port = 7010;

    @Option(names = "--processors", paramLabel = "N", description = "how many computations at a time")
    private int processors = Runtime.getRuntime().availableProcessors();

    @Option(names = "--connections", paramLabel = "N", description = "how many calls of the database at a time")
    private int connections = 4;

    @Option(names = "--patience", paramLabel = "MS", description = "how long an answer may take, its wait included")
    private int patience = 500;

    @Override
    void run() {
        ToThreadOptions computing =
                ToThreadOptions.DEFAULTS.withName("primes").withLimiter(CapacityLimiter.create(processors));
        ToThreadOptions querying = ToThreadOptions.DEFAULTS
                .withName("query")
                .withLimiter(CapacityLimiter.create(connections))
                .withAbandonOnCancel(true);
        try (var listener = Tcp.listen(listening.host, port, listening.options())) {
            listening.announce(listener.port());
            listener.serve(stream -> answerLines(stream, computing, querying));
        }
    }

    private void answerLines(SocketStream stream, ToThreadOptions computing, ToThreadOptions querying) {
        var lines = new LineReader(stream);
        for (String line = lines.next(); line != null; line = lines.next()) {
            stream.send((answer(line, computing, querying) + "\n").getBytes(UTF_8));
        }
    }

    private String answer(String line, ToThreadOptions computing, ToThreadOptions querying) {
        String[] words = line.split(" ", 2);
        int number;
        try {
            number = words.length < 2 ? -1 : Integer.parseInt(words[1].strip());
        } catch (NumberFormatException notANumber) {
            number = -1;
        }
        if (number < 0) {
            return "say 'primes N' or 'query N' with a number from 0 to " + Integer.MAX_VALUE;
        }
        int n = number;
        return switch (words[0]) {
            case "primes" ->
                inTime("too many numbers", () -> ToThread.run(computing, () -> primesBelow(n) + " primes below " + n));
            case "query" -> inTime("the database is too slow", () -> ToThread.run(querying, () -> database.row(n)));
            default -> "unknown: " + words[0];
        };
    }

    private String inTime(String otherwise, ValueBlock<String, RuntimeException> work) {
        return Timeouts.moveOnAfter(Duration.ofMillis(patience), otherwise, work);
    }

    /** Counts primes on a worker thread. Ends early when its task is cancelled. */
    static int primesBelow(int limit) {
        int count = 0;
        for (int candidate = 2; candidate < limit; candidate++) {
            if (candidate % STEP == 0) {
                FromThread.checkCancelled();
            }
            count += isPrime(candidate) ? 1 : 0;
        }
        return count;
    }

    private static boolean isPrime(int candidate) {
        for (long divisor = 2; divisor * divisor <= candidate; divisor++) {
            if (candidate % divisor == 0) {
                return false;
            }
        }
        return true;
    }
}
