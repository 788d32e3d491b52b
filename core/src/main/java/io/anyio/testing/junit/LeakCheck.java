package io.anyio.testing.junit;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskInfo;
import io.anyio.lowlevel.OpenResources;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records what the callbacks of one task and the tasks they start have opened, and reports what is left behind. */
final class LeakCheck {
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** The number of pauses for tasks and calls of workers that are about to end. */
    private static final int PAUSES = 100;

    /** The number of lost buffers whose places are shown. */
    private static final int PLACES = 10;

    private final OpenResources open = OpenResources.create();
    private volatile boolean wanted; // set by JUnit's thread before the task ends
    private volatile List<TaskInfo> tasksLeft = List.of(); // set by the task at its end

    /** Runs {@code body}, the whole task, and records what it opens. */
    void record(Block<RuntimeException> body) {
        open.record(body);
    }

    /** Decides whether there is a check at the end. */
    void setWanted(boolean toWhat) {
        wanted = toWhat;
    }

    /** Waits a moment for what is about to end. Called by the task after its last callback. */
    void settle() {
        if (!wanted) {
            return;
        }
        for (int i = 0; i < PAUSES && !(otherTasks().isEmpty() && open.entries().isEmpty()); i++) {
            AnyIO.sleep(PAUSE);
        }
        tasksLeft = otherTasks();
    }

    private List<TaskInfo> otherTasks() {
        long own = AnyIO.currentTask().id();
        return open.tasks().stream().filter(task -> task.id() != own).toList();
    }

    /** Returns a failure that names each thing left behind and where it was opened, or null if there is none. */
    @Nullable
    Throwable failure() {
        List<OpenResources.Entry> resources = open.entries();
        if (!wanted || (resources.isEmpty() && tasksLeft.isEmpty())) {
            return null;
        }
        var text = new StringBuilder("The test has left behind:");
        resources.forEach(entry -> text.append("\n  ").append(entry));
        tasksLeft.forEach(task -> text.append("\n  ").append(task));
        text.append("\nClose what a test opens, for example by TestResources.closeAtEnd, and start its tasks in the"
                + " TaskGroup of the test; leakCheck = false turns this check off");
        var failure = new AssertionError(text.toString());
        resources.forEach(entry -> failure.addSuppressed(entry.opening()));
        return failure;
    }

    /** Returns a failure if buffers have not been returned at the end of a run, or null. */
    @Nullable
    Throwable failureOfBuffers(TestRun run) {
        int left = run.buffersLeft();
        if (!wanted || left == 0) {
            return null;
        }
        List<Throwable> places = run.placesOfBuffers();
        var failure = new AssertionError("The run has ended, and although no stream is open, " + left
                + " of its send buffers are in use"
                + (places.isEmpty() ? "" : "; they were acquired as the suppressed exceptions show"));
        places.stream().limit(PLACES).forEach(failure::addSuppressed);
        return failure;
    }
}
