package io.anyio.stream;

import io.anyio.TaskRef;
import io.anyio.spi.OperatorLog;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Logs a memory stream that is collected without having been closed: a task that waits at the other end waits for ever.
 * Only in debug mode, because it costs a stack trace for each end. AnyIO: the {@code ResourceWarning} of its streams.
 */
final class CloseWatch implements Runnable {
    private static final OperatorLog LOG = OperatorLog.named("io.anyio.stream");

    /** Made with the first end that is watched, because it has a thread. */
    private static final class Collected {
        private static final Cleaner CLEANER = Cleaner.create();
    }

    private final String what;
    private final Throwable origin;
    private volatile boolean closed; // set by the end, when it is closed

    private CloseWatch(String what) {
        this.what = what;
        this.origin = new Throwable("made here");
    }

    /** A watch over an end that the current task has made, or null when its run is not debugging. */
    static @Nullable CloseWatch over(Object end) {
        TaskRef task = TaskRef.currentOrNull();
        if (task == null || !task.debugging()) {
            return null;
        }
        var watch = new CloseWatch(end.getClass().getSimpleName() + " of task '" + task.name() + "'");
        var _ = Collected.CLEANER.register(end, watch);
        return watch;
    }

    /** The end is being closed. */
    void closed() {
        closed = true;
    }

    /** The end was collected. */
    @Override
    public void run() {
        if (!closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "A " + what
                            + " was collected without having been closed, which leaves the tasks that wait at the"
                            + " other end waiting. Close it, best by try-with-resources",
                    origin);
        }
    }
}
