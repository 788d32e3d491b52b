package io.anyio.benchmarks.engine;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.benchmarks.LoopBenchmark;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the cost of waking many tasks together, for each of them until all have ended: for the first time in a JVM,
 * which is JMH's first iteration, for the second and for the third. {@code -opi} sets the number of tasks.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 3)
@OperationsPerInvocation(100_000)
public class FirstWakeUp extends LoopBenchmark {

    /** What the tasks wait for. Those that wait for ever, or an hour, are cancelled. */
    @Param({"forever", "anHour", "anEvent", "aDeadline", "theEndOfAStream"})
    public String wait = "";

    private Event go = Event.create();
    private CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    /** Lets the tasks wait. */
    @Setup(Level.Iteration)
    public void startTasks() throws InterruptedException {
        Duration untilAllWait = Duration.ofMillis(1000 + batch() / 50);
        long due = System.nanoTime() + untilAllWait.toNanos();
        var event = Event.create();
        MemoryObjectStream<String> stream = MemoryObjectStream.rendezvous();
        go = Event.create();
        var allWait = new CompletableFuture<Boolean>();
        ended = start(() -> {
            Deadline deadline = Deadline.after(untilAllWait);
            Block<RuntimeException> sleeper = switch (wait) {
                case "forever" -> AnyIO::sleepForever;
                case "anHour" -> () -> AnyIO.sleep(Duration.ofHours(1));
                case "anEvent" -> event::await;
                case "aDeadline" -> () -> AnyIO.sleepUntil(deadline);
                case "theEndOfAStream" -> () -> stream.receiver().forEach(_ -> {});
                default -> throw new IllegalArgumentException("There is no wait=" + wait);
            };
            TaskGroup.run(group -> {
                for (int i = 0; i < batch(); i++) {
                    group.startSoon(sleeper);
                }
                group.startSoon(() -> {
                    go.await();
                    event.set();
                    stream.sender().close();
                    if (wait.equals("forever") || wait.equals("anHour")) {
                        group.cancel();
                    }
                });
                AnyIO.awaitAllTasksBlocked();
                allWait.complete(true);
            });
        });
        CompletableFuture.anyOf(allWait, ended).join(); // fails if the tasks do
        if (wait.equals("aDeadline")) {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        }
    }

    /** Wakes the tasks and waits for the end of the last. */
    @Benchmark
    public void wake() {
        go.set();
        ended.join();
    }
}
