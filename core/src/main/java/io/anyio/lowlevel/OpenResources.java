package io.anyio.lowlevel;

import io.anyio.Block;
import io.anyio.ContextVar;
import io.anyio.TaskInfo;
import io.anyio.internal.ContextMap;
import io.anyio.internal.RootAccess;
import io.anyio.internal.Run;
import io.anyio.internal.StallReporter;
import io.anyio.internal.Task;
import io.anyio.internal.TaskTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A list of the streams, listeners and calls of workers that are open, with the place where each was opened. For test
 * frameworks, which verify that a test leaves none behind, and for implementers of such resources.
 *
 * <p>A list records what is opened by the code that runs in {@link #record} and by the tasks that this code starts. If
 * there is an inner list, it alone records. Without any list in the process, a resource costs nothing more.
 *
 * <p>AnyIO has no counterpart; closest is Python's {@code ResourceWarning}.
 */
public final class OpenResources {
    private static final ContextVar<OpenResources> CURRENT = ContextVar.create("open resources");

    private static volatile boolean used; // set with the first list

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Run run; // set by record()
    private final AtomicLong opened = new AtomicLong();

    private OpenResources() {}

    /** Creates an empty list. */
    public static OpenResources create() {
        used = true;
        return new OpenResources();
    }

    /**
     * Runs {@code body}, and records what it and the tasks started by it open, also after it has returned.
     *
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public <X extends Exception> void record(Block<X> body) throws X {
        run = Task.require("record what is opened").run();
        CURRENT.where(this, body);
    }

    /**
     * Adds a resource to the list of the current task. Called by the constructor of the resource. Returns the entry to
     * close with the resource, or null if nothing is recorded. May be called from any thread.
     *
     * @param what the resource, for messages, such as {@code "SocketStream"}
     */
    public static @Nullable Entry opened(String what) {
        Objects.requireNonNull(what, "what");
        if (!used || TaskRef.currentOrNull() == null || !CURRENT.isSet()) {
            return null;
        }
        return CURRENT.get().add(what);
    }

    private Entry add(String what) {
        var entry = new Entry(what, opened.incrementAndGet());
        entries.add(entry);
        return entry;
    }

    /** Returns the entries that are not closed, in the order of their opening. May be called from any thread. */
    public List<Entry> entries() {
        return entries.stream()
                .sorted(Comparator.comparingLong(entry -> entry.number))
                .toList();
    }

    /** Returns snapshots of the live tasks whose resources are recorded here. May be called from any thread. */
    public List<TaskInfo> tasks() {
        Run recorded = run;
        List<TaskInfo> tasks = new ArrayList<>();
        if (recorded != null) {
            var _ = TaskTree.walk(recorded, (task, _, _, _) -> !isRecorded(task) || tasks.add(infoOf(task)));
        }
        return tasks;
    }

    private boolean isRecorded(Task task) {
        ContextMap values = task.context().map();
        int at = values.indexOf(CURRENT);
        return at >= 0 && values.valueAt(at) == this;
    }

    private static TaskInfo infoOf(Task task) {
        return (TaskInfo) RootAccess.info(task);
    }

    /** A resource that is open. */
    public final class Entry {
        private final String what;
        private final long number;
        private final Throwable opening = new Throwable("opened here");

        private Entry(String what, long number) {
            this.what = what;
            this.number = number;
        }

        /** Removes the resource from its list, because it is closed. May be called from any thread; idempotent. */
        public void close() {
            entries.remove(this);
        }

        /** Returns where the resource was opened, as a stack trace. */
        public Throwable opening() {
            return opening;
        }

        /** Returns the resource and the line of user code that opened it. */
        @Override
        public String toString() {
            return what + " opened at " + StallReporter.placeOf(opening.getStackTrace());
        }
    }
}
