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
    private final AtomicBoolean ended = new AtomicBoolean();

    private ExternalWork(Run run) {
        this.run = run;
    }

    /**
     * Declares that work for the current task has begun.
     *
     * @param what the operation, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static ExternalWork begin(String what) {
        Run run = Task.require(what).run();
        run.outsideWorkChanged(1);
        return new ExternalWork(run);
    }

    /** Declares that the work has ended, after it has woken its task. May be called from any thread; idempotent. */
    public void end() {
        if (ended.compareAndSet(false, true)) {
            run.outsideWorkChanged(-1);
        }
    }
}
