package io.anyio.benchmarks.engine;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.benchmarks.ForkFlags;
import io.anyio.netty.NettyOptions;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the cost of waking many tasks together, for the first time in a JVM and again. Prints a table; each row is
 * measured in its own JVM. An argument sets the number of tasks.
 */
public final class FirstWakeUp {
    private static final int ROUNDS = 3;
    private static final int TASKS = 100_000;

    /** The event that the tasks wait for. */
    private enum Wait {
        FOREVER,
        AN_HOUR,
        AN_EVENT,
        A_DEADLINE,
        THE_END_OF_A_STREAM
    }

    private FirstWakeUp() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3) {
            System.out.println(measured(
                    Wait.valueOf(arguments[0]), Boolean.parseBoolean(arguments[1]), Integer.parseInt(arguments[2])));
            return;
        }
        int tasks = arguments.length == 0 ? TASKS : Integer.parseInt(arguments[0]);
        System.out.printf("us per task for %d tasks, from waking the first to the end of the last%n%n", tasks);
        System.out.println("| wait | carrier | transport | first | second | third |");
        System.out.println("|---|---|---|--:|--:|--:|");
        for (Wait wait : Wait.values()) {
            for (String carrier : List.of("loop", "portable")) {
                for (boolean useNative : new boolean[] {false, true}) {
                    fork(wait, carrier, useNative, tasks);
                }
            }
        }
    }

    private static void fork(Wait wait, String carrier, boolean useNative, int tasks)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                ForkFlags.NATIVE_ACCESS,
                ForkFlags.UNSAFE,
                ForkFlags.LOOP_CARRIER,
                "-Danyio.carrier=" + carrier,
                "-cp",
                System.getProperty("java.class.path"),
                FirstWakeUp.class.getName(),
                wait.name(),
                String.valueOf(useNative),
                String.valueOf(tasks)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = process.inputReader().readAllLines();
        String result = process.waitFor() == 0 && !lines.isEmpty() ? lines.getLast() : "failed";
        System.out.printf("| %s | %s | %s%n", wait.name().toLowerCase(Locale.ROOT), carrier, result);
    }

    private static String measured(Wait wait, boolean useNative, int tasks) {
        return AnyIO.run(
                () -> {
                    var row = new StringBuilder(AnyIO.currentRun().transport()).append(" |");
                    for (int round = 0; round < ROUNDS; round++) {
                        row.append(String.format(Locale.ROOT, " %.2f |", round(wait, tasks) / 1e3 / tasks));
                    }
                    return row.toString();
                },
                NettyOptions.DEFAULTS.withUseNativeTransport(useNative));
    }

    private static double round(Wait wait, int tasks) {
        var event = Event.create();
        MemoryObjectStream<String> stream = MemoryObjectStream.rendezvous();
        Duration untilAllWait = Duration.ofMillis(1000 + tasks / 50);
        long due = System.nanoTime() + untilAllWait.toNanos();
        Deadline deadline = Deadline.after(untilAllWait);
        Block<RuntimeException> sleeper = switch (wait) {
            case FOREVER -> AnyIO::sleepForever;
            case AN_HOUR -> () -> AnyIO.sleep(Duration.ofHours(1));
            case AN_EVENT -> event::await;
            case A_DEADLINE -> () -> AnyIO.sleepUntil(deadline);
            case THE_END_OF_A_STREAM -> () -> stream.receiver().forEach(_ -> {});
        };
        long[] begin = {due};
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                group.startSoon(sleeper);
            }
            if (wait != Wait.A_DEADLINE) {
                AnyIO.awaitAllTasksBlocked();
                begin[0] = System.nanoTime();
                event.set();
                stream.sender().close();
                if (wait == Wait.FOREVER || wait == Wait.AN_HOUR) {
                    group.cancel();
                }
            }
        });
        return System.nanoTime() - begin[0];
    }
}
