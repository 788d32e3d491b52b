package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.DeadlockException;
import io.anyio.testing.Simulation;
import io.anyio.testing.Trail;
import java.time.Duration;
import java.util.List;

/**
 * The code of docs/testing.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Testing {
    private Testing() {}

    /** Hours that take no time. */
    public static void clock() {
        // begin clock
        Simulation.DEFAULTS.run(() -> {
            Deadline begin = AnyIO.currentTime();
            Timeouts.moveOnAfter(Duration.ofHours(3), AnyIO::sleepForever);
            System.out.println(AnyIO.currentTime().since(begin));
        });
        // end clock
    }

    // begin counter
    static final class Counter {
        private int value;

        void add() {
            int before = value;
            AnyIO.checkpoint(); // lets other tasks run, and they may add, too
            value = before + 1;
        }
    }

    static void bothAreCounted() {
        var counter = new Counter();
        TaskGroup.run(group -> {
            group.startSoon(counter::add);
            group.startSoon(counter::add);
        });
        if (counter.value != 2) {
            throw new AssertionError("an addition was lost");
        }
    }
    // end counter

    /** Many orders. */
    public static void seeds() {
        // begin seeds
        try {
            Simulation.forEachSeed(100, Testing::bothAreCounted);
        } catch (AssertionError e) {
            System.out.println(e.getMessage());
        }
        // end seeds
    }

    // begin order
    static List<String> order(long seed) {
        var trail = new Trail();
        Simulation.DEFAULTS
                .withSeed(seed)
                .run(() -> TaskGroup.run(group -> {
                    for (String name : List.of("a", "b", "c", "d", "e")) {
                        group.startSoon(() -> trail.add(name));
                    }
                }));
        return trail.events();
    }
    // end order

    /** One order again. */
    public static void replay() {
        // begin replay
        System.out.println("the same seed, the same order: " + order(7).equals(order(7)));
        System.out.println("another seed, another order: " + !order(7).equals(order(8)));
        // end replay
    }

    /** How a run went. */
    public static void report() {
        // begin report
        Simulation.DEFAULTS
                .withSeed(7)
                .withListener(report ->
                        System.out.println("seed " + report.seed() + ", " + report.elapsed() + " of virtual time"))
                .run(() -> AnyIO.sleep(Duration.ofDays(1)));
        // end report
    }

    /** All tasks wait for each other. */
    public static void deadlock() {
        // begin deadlock
        try {
            Simulation.DEFAULTS.run(() -> TaskGroup.run(group -> {
                var egg = Event.create();
                var hen = Event.create();
                group.startSoon(TaskOptions.named("hen"), () -> {
                    egg.await();
                    hen.set();
                });
                group.startSoon(TaskOptions.named("egg"), () -> {
                    hen.await();
                    egg.set();
                });
            }));
        } catch (DeadlockException e) {
            System.out.print(e.getMessage());
        }
        // end deadlock
    }
}
