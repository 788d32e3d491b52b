package io.anyio.testsuite.stress;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskDump;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.spi.BackendOptions;
import io.anyio.testsuite.BackendUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tasks on all loops of one run, and threads that are not tasks, which run at the same time. The first failure ends the
 * trial; a member that is stuck fails it with the tree of tasks.
 */
final class StressHarness {
    /** The number of tasks, two on each loop. */
    static final int TASKS = 8;

    /** The number of threads that are not tasks. */
    static final int THREADS = 2;

    private static final int LOOPS = 4;

    /** The time after which a trial counts as hanging, in seconds. */
    private static final long PATIENCE_SECONDS = 300;

    private final BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over; // set when the trial has ended; read by spinning members

    /** The code of one member. Tasks and threads are numbered separately, from 0. */
    interface Member {
        void run(int number) throws Exception;
    }

    /** Runs {@link #TASKS} tasks and {@link #THREADS} threads to their ends. */
    void run(Member task, Member thread) throws Exception {
        add("run", () -> AnyIO.run(() -> TaskGroup.run(group -> startAll(group, task)), options()));
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            add("stranger " + i, () -> thread.run(number));
        }
        try {
            threads.forEach(Thread::start);
            for (int i = 0; i < threads.size(); i++) {
                awaitOne();
            }
        } finally {
            over = true;
        }
    }

    private static BackendOptions options() {
        return BackendUnderTest.get().withLoops(LOOPS);
    }

    private static void startAll(TaskGroup group, Member task) {
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            group.startSoon(TaskOptions.DEFAULTS.withLoop(i % LOOPS), () -> task.run(number));
        }
    }

    private void add(String name, Block<?> code) {
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(() -> {
            Throwable failure = null;
            try {
                code.run();
            } catch (Throwable e) {
                failure = e;
            }
            ends.add(Optional.ofNullable(failure));
        }));
    }

    private void awaitOne() throws InterruptedException {
        Optional<Throwable> end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("stuck:\n" + TaskDump.text());
        }
        if (end.isPresent()) {
            throw new AssertionError("A task or thread of the trial failed", end.get());
        }
    }

    /** Retries until {@code attempt} succeeds, on a thread that is not a task. */
    @SuppressWarnings("ThreadPriorityCheck") // there is no better way to wait
    void until(BooleanSupplier attempt) {
        while (!attempt.getAsBoolean()) {
            if (over) {
                throw new IllegalStateException("The trial is over");
            }
            Thread.yield();
        }
    }
}
