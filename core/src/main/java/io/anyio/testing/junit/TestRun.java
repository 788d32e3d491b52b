package io.anyio.testing.junit;

import io.anyio.AnyIO;
import io.anyio.EventLoopToken;
import io.anyio.RunFinishedException;
import io.anyio.TaskDump;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.CurrentBackend;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.OwnThreads;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The run of a test or of a test class. JUnit's threads begin it, submit callbacks to its tasks, and end it.
 *
 * <p>A simulation is held while no callback is being executed, so that the time which JUnit takes between two of them
 * has no effect on the order of tasks.
 */
final class TestRun {
    private static final Duration TIME_TO_END = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** The number of pauses for buffers to be returned: connections are closed in the background. */
    private static final int PAUSES = 200;

    private final Thread thread;
    private final CompletableFuture<TaskGroup> ready = new CompletableFuture<>();
    private final Event end = Event.create();
    private final Set<CallbackTask> live = ConcurrentHashMap.newKeySet();
    private volatile @Nullable EventLoopToken token; // set before ready
    private volatile @Nullable Throwable failure; // set once, by the thread of the run
    private final AtomicBoolean failureReported = new AtomicBoolean();
    private Simulation.@Nullable Hold firstHold; // of a simulation; set before ready
    private final boolean recordBuffers;
    private int buffersLeft; // written by the first task before it ends
    private List<Throwable> placesOfBuffers = List.of(); // written by the first task before it ends
    private final AtomicReference<Progress> progress = new AtomicReference<>(new Progress(0, null));

    /**
     * The number of callbacks that are submitted and not done. If it is zero, a simulation is held.
     *
     * @param busy the number
     * @param hold what holds the simulation
     */
    private record Progress(int busy, Simulation.@Nullable Hold hold) {}

    private TestRun(BackendOptions options, boolean recordBuffers) {
        this.recordBuffers = recordBuffers;
        thread = OwnThreads.unstarted("anyio-test", () -> run(options));
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    }

    /**
     * Begins a run and waits until it takes callbacks. Throws what prevents it from beginning.
     *
     * @param recordBuffers whether to record where buffers are acquired
     */
    static TestRun begin(BackendOptions options, boolean recordBuffers) {
        var run = new TestRun(options, recordBuffers);
        run.thread.start();
        try {
            run.ready.join();
        } catch (CompletionException failed) {
            throw new IllegalStateException(
                    "Cannot begin a run with " + options + " for a test: " + failed.getCause(), failed.getCause());
        }
        return run;
    }

    private void run(BackendOptions options) {
        try {
            AnyIO.run(this::host, options);
        } catch (Throwable thrown) { // reported by a test
            failure = thrown;
            CallbackTask.died(List.copyOf(live), thrown);
            ready.completeExceptionally(thrown);
        }
    }

    private void host() {
        Backend backend = CurrentBackend.get("run a test");
        boolean simulated = backend.virtualTime();
        token = AnyIO.currentToken();
        Supplier<List<Throwable>> places = recordBuffers ? backend.recordBuffers() : List::of;
        TaskGroup.run(group -> {
            if (simulated) {
                var first = Simulation.hold();
                firstHold = first;
                progress.set(new Progress(0, first));
            }
            ready.complete(group);
            end.await();
        });
        for (int i = 0; i < PAUSES && backend.buffersInUse() > 0; i++) {
            AnyIO.sleep(PAUSE);
        }
        buffersLeft = backend.buffersInUse();
        placesOfBuffers = places.get();
    }

    /** Returns the group in which the outermost tasks for callbacks run. */
    TaskGroup group() {
        return ready.join();
    }

    void add(CallbackTask task) {
        live.add(task);
    }

    void remove(CallbackTask task) {
        live.remove(task);
    }

    /**
     * Reports to the tasks inside of {@code outer} why they have been cancelled. Returns whether one will tell JUnit.
     */
    boolean diedInside(CallbackTask outer, Throwable cause) {
        List<CallbackTask> inside =
                live.stream().filter(task -> task.isInside(outer)).toList();
        CallbackTask.died(inside, cause);
        return inside.stream().anyMatch(live::contains); // the others may have ended before they knew
    }

    /** Returns why the run has ended early, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Returns {@code cause}, or null if it is the failure of the run and was returned before. */
    @Nullable
    Throwable reportOnce(@Nullable Throwable cause) {
        return cause == null || cause != failure || failureReported.compareAndSet(false, true) ? cause : null;
    }

    /** Lets the tasks run, with the callback that {@code enqueue} gives to one of them. */
    void submit(Runnable enqueue) {
        Progress before = progress.getAndUpdate(now -> new Progress(now.busy + 1, null));
        enqueue.run();
        if (before.hold != null) {
            before.hold.close();
        }
    }

    /** Records that a callback is done, before a thread of JUnit learns of it. */
    void done() {
        while (true) {
            Progress before = progress.get();
            Simulation.Hold first = firstHold;
            boolean last = before.busy == 1 && failure == null;
            Simulation.Hold hold = first != null && last ? first.another() : null;
            if (progress.compareAndSet(before, new Progress(before.busy - 1, hold))) {
                return;
            }
            if (hold != null) {
                hold.close(); // another callback was submitted meanwhile
            }
        }
    }

    /** Ends the run and waits for its end. Returns a failure that no task has reported, or null. */
    @Nullable
    Throwable end() {
        submit(end::set);
        try {
            if (!thread.join(TIME_TO_END)) {
                return new AssertionError("The run of the test has not ended after " + TIME_TO_END.toSeconds()
                        + " s; its tasks are left behind:\n" + tasks());
            }
            return reportOnce(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return interrupted;
        }
    }

    /** Returns the number of buffers that were not returned at the end of the run. */
    int buffersLeft() {
        return buffersLeft;
    }

    /** Returns where those buffers were acquired. */
    List<Throwable> placesOfBuffers() {
        return placesOfBuffers;
    }

    /** Returns the tree of its tasks, as text. */
    String tasks() {
        try {
            return TaskDump.text(Objects.requireNonNull(token));
        } catch (RunFinishedException over) {
            return "The run has ended";
        }
    }
}
