package io.anyio.stream;

import io.anyio.lowlevel.TaskRef;
import io.anyio.spi.OperatorLog;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Logs a memory stream that is garbage-collected without having been closed: tasks waiting at the other end wait
 * forever. In debug mode only, because it costs a stack trace for each end. AnyIO: {@code ResourceWarning}.
 */
final class UnclosedStreamDetector implements Runnable {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.stream");

    /** Created with the first end that is watched, because it has a thread. */
    private static final class Collected {
        private static final Cleaner CLEANER = Cleaner.create();
    }

    private final String what;
    private final Throwable origin;
    private volatile boolean closed; // set by the end when it is closed

    private UnclosedStreamDetector(String what) {
        this.what = what;
        this.origin = new Throwable("made here");
    }

    /** Returns a watch over an end made by the current task, or null if its run is not in debug mode. */
    static @Nullable UnclosedStreamDetector over(Object end) {
        TaskRef task = TaskRef.currentOrNull();
        if (task == null || !task.debugging()) {
            return null;
        }
        var watch = new UnclosedStreamDetector(end.getClass().getSimpleName() + " of task '" + task.name() + "'");
        var _ = Collected.CLEANER.register(end, watch);
        return watch;
    }

    /** Records that the end is being closed. */
    void closed() {
        closed = true;
    }

    /** Called when the end has been collected. */
    @Override
    public void run() {
        if (!closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "A " + what
                            + " was collected without having been closed; tasks that wait at the other end wait"
                            + " forever. Close it, preferably with try-with-resources",
                    origin);
        }
    }
}
