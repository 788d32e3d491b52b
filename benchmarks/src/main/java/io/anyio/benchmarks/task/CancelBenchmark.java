package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.benchmarks.JdkTimer;
import io.anyio.benchmarks.PeerBenchmark;
import io.anyio.benchmarks.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Benchmark of our cancellation, of interrupts of bare threads, and of Kotlin's cancellation. */
public class CancelBenchmark extends PeerBenchmark<CancelBenchmark.Workload> {
    private static final int CHILDREN = 1_008;
    private static final Duration HOUR = Duration.ofHours(1);

    /** The library. */
    @Param({"anyio", "jdk", "kotlin"})
    public String by = "";

    @Override
    protected Workload prepare() {
        return switch (by) {
            case "anyio" -> new Tasks(taskWorkers());
            case "jdk" -> new Threads(threadWorkers(), bareThreads(), new JdkTimer());
            case "kotlin" -> new CoroutineCancels(coroutines());
            default -> throw unknown(by);
        };
    }

    @Benchmark
    public void timeout() {
        workload().timeout(batch());
    }

    @Benchmark
    public void cancelledBlock() {
        workload().cancelledBlock(batch());
    }

    @Benchmark
    public void cancelChildren() {
        workload().cancelChildren(CHILDREN, batch());
    }

    /** The workloads, for every library. */
    interface Workload {

        /** Runs blocks with a time-out of an hour that end immediately. */
        void timeout(int operations);

        /** Runs blocks that cancel themselves, wait, and end by the cancellation. */
        void cancelledBlock(int operations);

        /** Cancels waiting tasks together and waits for them; an operation is the whole life of one task. */
        void cancelChildren(int children, int operations);
    }

    private record Tasks(Workers workers) implements Workload {

        @Override
        public void timeout(int operations) {
            workers.repeat(operations, () -> Timeouts.moveOnAfter(HOUR, scope -> {}));
        }

        @Override
        public void cancelledBlock(int operations) {
            workers.repeat(
                    operations,
                    () -> CancelScope.open(scope -> {
                        scope.cancel();
                        AnyIO.sleepForever();
                    }));
        }

        @Override
        public void cancelChildren(int children, int operations) {
            workers.repeat(
                    operations / children,
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < children; i++) {
                            group.startSoon(() -> AnyIO.sleepForever());
                        }
                        AnyIO.checkpoint();
                        group.cancel();
                    }));
        }
    }

    /** Interrupts bare virtual threads, by a timer for the time-outs. */
    private record Threads(Workers workers, ThreadFactory factory, JdkTimer timer) implements Workload {

        @Override
        public void timeout(int operations) {
            workers.run(1, _ -> timer.setAndDrop(operations));
        }

        @Override
        public void cancelledBlock(int operations) {
            workers.repeat(operations, () -> {
                try {
                    Thread.currentThread().interrupt();
                    Thread.sleep(HOUR);
                    throw new AssertionError("the sleep was not interrupted");
                } catch (InterruptedException wanted) {
                    // the next one
                }
            });
        }

        @Override
        public void cancelChildren(int children, int operations) {
            List<Thread> started = new ArrayList<>(children);
            workers.repeat(operations / children, () -> {
                for (int i = 0; i < children; i++) {
                    Thread child = factory.newThread(HandleBenchmark::waitForInterrupt);
                    child.start();
                    started.add(child);
                }
                workers.letOthersRun();
                started.forEach(Thread::interrupt);
                for (Thread child : started) {
                    child.join();
                }
                started.clear();
            });
        }
    }
}
