package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Failures;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskStatus;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.task.MapOptions;
import io.anyio.task.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The code of docs/tasks.md. The test of the docs compares it with the page, runs it, and compares what it prints. */
public final class TaskPages {
    private TaskPages() {}

    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "netty");
    }

    private static String answer(String text, long millis) {
        AnyIO.sleep(Duration.ofMillis(millis));
        return text;
    }

    /** A group waits for its tasks. */
    public static void group() {
        inATask(() -> {
            // begin group
            TaskGroup.run(group -> {
                for (int number = 1; number <= 3; number++) {
                    int n = number;
                    group.startSoon(() -> {
                        AnyIO.sleep(Duration.ofMillis(n));
                        System.out.println("task " + n + " is done");
                    });
                }
            });
            System.out.println("all tasks are done");
            // end group
        });
    }

    /** A task that reports when it is ready. */
    public static void start() {
        inATask(() -> {
            // begin start
            TaskGroup.run(group -> {
                int port = group.start((TaskStatus<Integer> status) -> {
                    status.started(8080); // a server that listens
                    AnyIO.sleepForever();
                });
                System.out.println("serving on port " + port);
                group.cancel();
            });
            // end start
        });
    }

    /** One task for each item, some at a time. */
    public static void map() {
        inATask(() -> {
            // begin map
            List<Integer> lengths =
                    Tasks.map(MapOptions.DEFAULTS.withLimit(2), List.of("one", "three", "eleven"), word -> {
                        AnyIO.sleep(Duration.ofMillis(1));
                        return word.length();
                    });
            System.out.println(lengths);
            // end map
        });
    }

    /** In the order of the ends. */
    public static void asCompleted() {
        inATask(() -> {
            // begin as-completed
            Tasks.asCompleted(() -> answer("slow", 90), () -> answer("fast", 1)).run(ended -> {
                for (TaskHandle<String> task : ended) {
                    System.out.println(task.returnValue());
                }
            });
            // end as-completed
        });
    }

    private static void greet(String name) {
        System.out.println("hello " + name);
    }

    /** Code without values. */
    public static void withoutValues() {
        inATask(() -> {
            // begin without-values
            Tasks.gather(() -> greet("ada"), () -> greet("grace"));
            Tasks.forEach(List.of("edsger"), name -> greet(name));
            // end without-values
        });
    }

    /** The first that returns. */
    public static void race() {
        inATask(() -> {
            // begin race
            String first = Tasks.race(() -> answer("mirror 1", 5_000), () -> answer("mirror 2", 1), () -> {
                throw new IOException("mirror 3 is down");
            });
            System.out.println(first);
            // end race
        });
    }

    /** Parts of groups. */
    public static void catching() {
        inATask(() -> {
            // begin catching
            Failures.catching(
                            IOException.class,
                            group -> System.out.println(
                                    "offline: " + group.exceptions().size()))
                    .andEach(TimedOutException.class, e -> System.out.println(e.getMessage()))
                    .run(() -> TaskGroup.run(group -> {
                        group.startSoon(() -> Timeouts.failAfter(Duration.ZERO, "too slow", () -> AnyIO.checkpoint()));
                        group.startSoon(() -> {
                            // the other one cancels the group
                            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(1)));
                            throw new IOException("no route");
                        });
                    }));
            // end catching
        });
    }

    /** Single failures. */
    public static void collapsing() {
        inATask(() -> {
            // begin collapsing
            try {
                Failures.collapsing(
                        IOException.class,
                        () -> Tasks.gather(() -> answer("a", 1), () -> {
                            throw new IOException("disk full");
                        }));
            } catch (IOException e) {
                System.out.println("caught: " + e.getMessage());
            }
            // end collapsing
        });
    }
}
