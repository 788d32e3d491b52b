package io.anyio.stream;

import io.anyio.lowlevel.OpenResources;
import io.anyio.lowlevel.TaskRef;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Observes whether an end of a memory stream is closed: tasks waiting at the other end wait forever otherwise. A test
 * framework learns of it at the end of the test. In debug mode, which costs a stack trace for each end, an end that is
 * garbage-collected without having been closed is logged. AnyIO: {@code ResourceWarning}.
 */
final class UnclosedStreamDetector implements Runnable {
    /** Created with the first end that is watched, because it has a thread. */
    private static final class Collected {
        private static final Cleaner CLEANER = Cleaner.create();
    }

    private final String what;
    private final Throwable origin;
    private final OpenResources.@Nullable Entry open;
    private volatile boolean closed; // set by the end when it is closed

    private UnclosedStreamDetector(String what, OpenResources.@Nullable Entry open) {
        this.what = what;
        this.origin = open != null ? open.opening() : new Throwable("made here");
        this.open = open;
    }

    /** Returns a watch over an end made by the current task, or null if it is neither recorded nor in debug mode. */
    static @Nullable UnclosedStreamDetector over(Object end, String type) {
        TaskRef task = TaskRef.currentOrNull();
        if (task == null) {
            return null;
        }
        OpenResources.Entry open = OpenResources.opened(type);
        if (open == null && !task.debugging()) {
            return null;
        }
        var watch = new UnclosedStreamDetector(type + " of task '" + task.name() + "'", open);
        if (task.debugging()) {
            var _ = Collected.CLEANER.register(end, watch);
        }
        return watch;
    }

    /** Records that the end is being closed. */
    void closed() {
        closed = true;
        if (open != null) {
            open.close();
        }
    }

    /** Called when the end has been collected. */
    @Override
    public void run() {
        if (!closed) {
            StreamLog.notClosed(what, origin);
        }
    }
}
