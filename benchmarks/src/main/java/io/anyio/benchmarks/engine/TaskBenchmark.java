package io.anyio.benchmarks.engine;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.benchmarks.JdkTimer;
import io.anyio.benchmarks.LoopBenchmark;
import io.anyio.benchmarks.Workers;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Measures the cost of tasks, checkpoints, scopes and deadlines, compared with bare virtual threads and timers in the
 * same place.
 *
 * <p>Times are in nanoseconds per operation; with {@code -prof gc} also the bytes.
 */
@OperationsPerInvocation(TaskBenchmark.BATCH)
public class TaskBenchmark extends LoopBenchmark {
    /** At 0.2 µs per operation, starting the batch takes far less than one per cent. */
    static final int BATCH = 100_000;

    /** The number of tasks that are started before any of them runs. */
    private static final int AT_ONCE = 100;

    private static final JdkTimer TIMER = new JdkTimer();
    private static final Duration HOUR = Duration.ofHours(1);

    // ---- a task is started and ends, many in one group ----

    @Benchmark
    public void spawnInGroup() {
        taskWorkers().inGroup(batch() / AT_ONCE, group -> {
            for (int i = 0; i < AT_ONCE; i++) {
                group.startSoon(() -> {});
            }
            AnyIO.checkpoint();
        });
    }

    @Benchmark
    public void spawnInGroupBaseline() {
        ThreadFactory threads = bareThreads();
        var started = new Thread[AT_ONCE];
        threadWorkers().repeat(batch() / AT_ONCE, () -> {
            for (int i = 0; i < AT_ONCE; i++) {
                started[i] = threads.newThread(() -> {});
                started[i].start();
            }
            for (Thread thread : started) {
                thread.join();
            }
        });
    }

    // ---- a task is started and awaited, one after the other ----

    @Benchmark
    public void spawnAndAwait() {
        taskWorkers().inGroup(batch(), group -> group.startSoon(() -> {}).await());
    }

    @Benchmark
    public void spawnAndAwaitBaseline() {
        ThreadFactory threads = bareThreads();
        threadWorkers().repeat(batch(), () -> {
            Thread thread = threads.newThread(() -> {});
            thread.start();
            thread.join();
        });
    }

    // ---- two tasks yield to each other ----

    @Benchmark
    public void checkpoint() {
        yieldToEachOther(taskWorkers());
    }

    @Benchmark
    public void checkpointBaseline() {
        yieldToEachOther(threadWorkers());
    }

    private void yieldToEachOther(Workers workers) {
        workers.run(2, _ -> {
            for (int i = 0; i < batch() / 2; i++) {
                workers.letOthersRun();
            }
        });
    }

    // ---- two tasks wake each other and park ----

    @Benchmark
    public void parkAndWake() {
        var game = new PingPong(batch() / 2);
        taskWorkers().run(2, _ -> game.play());
    }

    @Benchmark
    public void parkAndWakeBaseline() {
        inBareThread(() -> new PingPong(batch() / 2).playBare(bareThreads()));
    }

    // ---- a scope with a time-out that does not expire ----

    @Benchmark
    public void moveOnAfter() {
        taskWorkers().repeat(batch(), () -> Timeouts.moveOnAfter(HOUR, scope -> {}));
    }

    @Benchmark
    public void moveOnAfterBaseline() {
        inBareThread(() -> TIMER.setAndDrop(batch()));
    }

    // ---- a deadline is set and dropped ----

    @Benchmark
    public void deadline() {
        inTask(() -> CancelScope.open(scope -> {
            for (int i = 0; i < batch(); i++) {
                scope.setDeadline(Deadline.after(HOUR)).setDeadline(Deadline.NEVER);
            }
        }));
    }

    /** Sets and drops a timer of Netty in a handler, where it is cheapest. */
    @Benchmark
    public void deadlineBaseline() {
        EventLoop own = eventLoops().getFirst();
        inHandler(() -> {
            for (int i = 0; i < batch(); i++) {
                own.schedule(() -> {}, 1, TimeUnit.HOURS).cancel(false);
            }
        });
    }

    // ---- a sleep is cut short by another task ----

    @Benchmark
    public void sleepCancelled() {
        var sleeper = new Sleeper(batch());
        taskWorkers().inGroup(1, group -> {
            group.startSoon(sleeper::sleep);
            sleeper.cancelEach();
        });
    }

    @Benchmark
    public void sleepCancelledBaseline() {
        inBareThread(() -> new Sleeper(batch()).interruptEach(bareThreads(), threadWorkers()));
    }

    // ---- a group without tasks ----

    @Benchmark
    public void emptyGroup() {
        taskWorkers().repeat(batch(), () -> TaskGroup.run(group -> {}));
    }

    @Benchmark
    public void emptyGroupBaseline() {
        ThreadFactory threads = bareThreads();
        threadWorkers()
                .repeat(
                        batch(),
                        () -> Executors.newThreadPerTaskExecutor(threads).close());
    }
}
