package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Lock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Five philosophers, five forks, of which each philosopher needs two to eat, and an evening that ends.
 *
 * <p>Each takes the left fork, then the right. If all sat down at the same time, each could hold one fork and wait for
 * the other for ever. With one seat less, at least one philosopher can always get both. The evening is a time-out
 * around the group: wherever a philosopher is then, thinking, waiting or eating, the blocks are left one by one, and
 * forks and seat are released.
 */
@Command(
        name = "dining",
        description = "the dining philosophers: a group, a limit, locks, and a time-out that ends it all")
final class DiningPhilosophers extends Example {
    private static final List<String> NAMES = List.of("Aristotle", "Hypatia", "Kant", "Plato", "Simone");

    @Option(names = "--evening", paramLabel = "MILLIS", description = "how long the evening lasts")
    private int evening = 500;

    @Option(names = "--seats", paramLabel = "N", description = "how many may sit at a time; try 5")
    private int seats = NAMES.size() - 1;

    @Override
    void run() {
        CapacityLimiter chairs = CapacityLimiter.create(seats);
        List<Lock> forks = Stream.generate(Lock::create).limit(NAMES.size()).toList();
        List<Philosopher> philosophers = NAMES.stream()
                .map(name -> {
                    int number = NAMES.indexOf(name);
                    return new Philosopher(name, chairs, forks.get(number), forks.get((number + 1) % forks.size()));
                })
                .toList();

        CancelScope scope = Timeouts.moveOnAfter(
                Duration.ofMillis(evening),
                () -> TaskGroup.run(group -> {
                    for (Philosopher philosopher : philosophers) {
                        TaskOptions task =
                                TaskOptions.DEFAULTS.withName(philosopher.name).withSpread(true);
                        group.startSoon(task, philosopher::live);
                    }
                }));

        philosophers.forEach(philosopher ->
                System.out.println("%-9s has eaten %d times".formatted(philosopher.name, philosopher.meals)));
        System.out.println("the evening is over: " + scope.cancelledCaught() + ", forks in use: "
                + forks.stream().filter(Lock::isLocked).count() + ", seats taken: " + chairs.borrowedTokens());
    }

    private static final class Philosopher {
        private final String name;
        private final CapacityLimiter seats;
        private final Lock left;
        private final Lock right;
        private final Random random;
        private int meals; // written by its own task, read after the end of the group

        Philosopher(String name, CapacityLimiter seats, Lock left, Lock right) {
            this.name = name;
            this.seats = seats;
            this.left = left;
            this.right = right;
            this.random = new Random(name.hashCode());
        }

        /** Thinks and eats until cancelled. */
        void live() {
            while (true) {
                pass(20);
                seats.run(() -> left.run(() -> {
                    pass(2);
                    right.run(this::eat);
                }));
            }
        }

        private void eat() {
            pass(10);
            meals++;
        }

        private void pass(int atMostMillis) {
            AnyIO.sleep(Duration.ofMillis(1 + random.nextInt(atMostMillis)));
        }
    }
}
