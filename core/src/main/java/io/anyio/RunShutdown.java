package io.anyio;

import io.anyio.internal.ChildGroup;
import io.anyio.internal.EngineLog;
import io.anyio.internal.Nanos;
import io.anyio.internal.Run;
import io.anyio.internal.Task;
import io.anyio.internal.TaskTree;
import io.anyio.spi.Clock;
import io.anyio.spi.LoopDriver;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link AttachedRun#shutdown}: waits until the tasks of a run have ended, and reports those that have not.
 * Used by the calling thread only.
 */
final class RunShutdown {
    /** How long the call waits for tasks that were cancelled. */
    private static final long REACTION_SECONDS = 5;

    /** The maximum number of tasks that a message names. */
    private static final int NAMED = 20;

    /*
     * Until the first task has entered its group, a walk over the run does not find the tasks of that group. They are
     * therefore visited as well.
     */

    private final Run run;
    private final ChildGroup group;
    private final CompletableFuture<?> ended;
    private boolean interrupted;

    /**
     * The tasks that were alive at one moment, the first one of the run excluded.
     *
     * @param count how many there were
     * @param named the first of them
     */
    private record Alive(int count, List<TaskInfo> named) {

        String lines() {
            var text = new StringBuilder();
            for (TaskInfo task : named) {
                text.append("\n  ").append(task);
            }
            if (count > named.size()) {
                text.append("\n  and ").append(count - named.size()).append(" more");
            }
            return text.toString();
        }
    }

    RunShutdown(Run run, ChildGroup group, CompletableFuture<?> ended) {
        this.run = run;
        this.group = group;
        this.ended = ended;
    }

    /** Returns whether a task of the run lives, except the first one. Any thread; the result may be out of date. */
    static boolean hasTasks(Run run, ChildGroup group) {
        return !tasksOf(group).isEmpty() || !TaskTree.walk(run, (_, _, host, _) -> host == null);
    }

    private static Set<Task> tasksOf(ChildGroup group) {
        Set<Task> tasks = new LinkedHashSet<>();
        group.children().forEach(tasks::add);
        return tasks;
    }

    /**
     * Throws if the calling thread must not wait for the tasks of the run.
     *
     * @throws IllegalStateException in a task of the run and on the thread of one of its loops
     */
    static void requireForeignThread(Run run) {
        Task current = Task.currentOrNull();
        if (current != null && current.run() == run) {
            throw refused("in task '" + current.name() + "' of this runtime");
        }
        Thread here = Thread.currentThread();
        for (LoopDriver loop : run.backend().loops()) {
            if (loop.isManuallyDriven()) {
                throw refused("although the event loop " + loop + " has no thread and runs only when it is driven");
            }
            if (loop.runsOn(here)) {
                throw refused("on thread '" + here.getName() + "' of the event loop " + loop);
            }
        }
    }

    private static IllegalStateException refused(String where) {
        return new IllegalStateException("shutdown was called " + where + ", so the tasks that it would wait for could"
                + " not end. Call it on another thread, or call close(), which does not wait there, and use ended()");
    }

    /**
     * Waits until the run has ended, for {@code grace} at most or until the thread is interrupted. If it has not ended
     * then, calls {@code cancel}, waits once more, and reports which tasks were cancelled and which have not reacted.
     * Returns whether the run has ended.
     */
    boolean await(Duration grace, Runnable cancel) {
        try {
            if (endsWithin(Nanos.of(grace), true)) {
                return true;
            }
            Alive late = alive();
            cancel.run();
            if (late.count > 0) {
                reportCancelled(late, interrupted ? null : grace);
            }
            boolean reacted = endsWithin(TimeUnit.SECONDS.toNanos(REACTION_SECONDS), false);
            if (!reacted) {
                reportAlive(alive());
            }
            return reacted;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean endsWithin(long nanos, boolean untilInterrupted) {
        Clock clock = Clock.system();
        long end = Nanos.add(clock.nanoTime(), nanos);
        for (long left = nanos; ; left = end - clock.nanoTime()) {
            try {
                ended.get(left, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException tooLate) {
                return false;
            } catch (InterruptedException interrupt) {
                interrupted = true;
                if (untilInterrupted) {
                    return ended.isDone();
                }
            } catch (ExecutionException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private Alive alive() {
        Set<Task> tasks = tasksOf(group);
        var _ = TaskTree.walk(run, (task, _, host, _) -> {
            if (host != null) { // not the first task
                tasks.add(task);
            }
            return true;
        });
        return new Alive(
                tasks.size(), tasks.stream().limit(NAMED).map(TaskInfo::of).toList());
    }

    private void reportCancelled(Alive late, @Nullable Duration grace) {
        EngineLog.LOG.log(
                Level.WARNING,
                () -> "The shutdown of run " + run.id() + " has cancelled " + tasks(late) + ", not ended "
                        + (grace == null
                                ? "when the waiting thread was interrupted"
                                : "within the grace period of " + grace)
                        + ". Give tasks more time, or end them before:" + late.lines());
    }

    private void reportAlive(Alive left) {
        EngineLog.LOG.log(
                Level.WARNING,
                () -> "The shutdown of run " + run.id() + " has not ended " + tasks(left) + " within "
                        + REACTION_SECONDS + " s after the cancellation. A task ends late if it waits in a shielded"
                        + " scope or outside of the library, or makes no checkpoint. Use ended() to wait for its end:"
                        + left.lines());
    }

    private static String tasks(Alive alive) {
        return alive.count + (alive.count == 1 ? " task" : " tasks");
    }
}
