package io.anyio;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something under way outside of the tasks that is going to wake one of them: a worker thread, a call from another
 * thread, a foreign future. For implementers. A simulation must know of it, because its clock may not jump meanwhile.
 *
 * <p>AnyIO has no counterpart.
 */
public final class OutsideWork {
    private final Run run;
    private final AtomicBoolean ended = new AtomicBoolean();

    private OutsideWork(Run run) {
        this.run = run;
    }

    /**
     * Work for the current task has begun.
     *
     * @param what what it is, as a verb, for messages
     * @throws NoEventLoopException when not called by a task
     */
    public static OutsideWork begin(String what) {
        Run run = Task.require(what).run();
        run.outsideWorkChanged(1);
        return new OutsideWork(run);
    }

    /** The work has ended, after it has woken its task. Any thread; idempotent. */
    public void end() {
        if (ended.compareAndSet(false, true)) {
            run.outsideWorkChanged(-1);
        }
    }
}
