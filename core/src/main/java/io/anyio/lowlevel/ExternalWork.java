package io.anyio.lowlevel;

import io.anyio.NoEventLoopException;
import io.anyio.internal.Run;
import io.anyio.internal.Task;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work in progress outside of the tasks that will wake one of them, such as a worker thread, a call from another
 * thread, or a foreign future. For implementers. A simulation must know about it: its clock must not advance meanwhile.
 *
 * <p>AnyIO has no counterpart.
 */
public final class ExternalWork {
    private final Run run;
    private final boolean foreignWait;
    private final AtomicBoolean ended = new AtomicBoolean();

    private ExternalWork(Run run, boolean foreignWait) {
        this.run = run;
        this.foreignWait = foreignWait;
    }

    /**
     * Declares that work for the current task has begun.
     *
     * @param what the operation, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static ExternalWork begin(String what) {
        Run run = Task.require(what).run();
        var work = new ExternalWork(run, false);
        run.outsideWorkChanged(1);
        return work;
    }

    /**
     * Declares that the current task begins to wait for something that other threads may do, but tasks of the same run
     * may do as well: for a foreign future. A simulation cannot know which of the two, so its clock stands still for
     * each such wait for 100 ms of real time only. The task itself calls {@link #end} after the wait.
     *
     * @param what the operation, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static ExternalWork expect(String what) {
        Run run = Task.require(what).run();
        var work = new ExternalWork(run, true);
        run.foreignWaitBegins();
        return work;
    }

    /** Declares that the work has ended, after it has woken its task. May be called from any thread; idempotent. */
    public void end() {
        if (ended.compareAndSet(false, true)) {
            if (foreignWait) {
                run.foreignWaitEnds();
            } else {
                run.outsideWorkChanged(-1);
            }
        }
    }
}
