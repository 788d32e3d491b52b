package io.anyio.internal;

import io.anyio.loom.VirtualThreads;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a task on the loop carrier, and its scheduler.
 *
 * <p>A thread that foreign code starts inside a task inherits this scheduler. It is distinguished from the task's own
 * thread, and runs on the JDK's scheduler.
 */
final class LoopThread extends TaskThread implements Executor {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, LoopThread.class, boolean.class);

    private final LoopCarrier loop;
    private @Nullable Runnable continuation; // set by the first execute(), before the thread runs

    @SuppressWarnings("unused") // in the ready queue; set by any thread through QUEUED, cleared by the holder
    volatile boolean queued;

    LoopThread(Task task, LoopCarrier loop) {
        super(task, self -> VirtualThreads.newThread((Executor) self, task.name(), task::body));
        VirtualThreads.inheritScopedValues(thread);
        this.loop = loop;
    }

    /** Called by the JDK, with the continuation of this thread or of a thread that has inherited the scheduler. */
    @Override
    public void execute(Runnable command) {
        Runnable own = continuation;
        if (own == null) {
            continuation = command; // start(), before the thread has run: no other thread has this scheduler yet
        } else if (own != command) {
            VirtualThreads.defaultScheduler().execute(command);
            return;
        }
        loop.ready(this);
    }

    /**
     * Returns whether the caller may add the thread to the ready queue. It may be queued already, because the JDK
     * submits the continuation of a ready thread again after another thread has read its stack.
     */
    boolean enqueue() {
        return QUEUED.compareAndSet(this, false, true);
    }

    /** Records that it is not in the ready queue; it may be added again from now on. */
    void dequeued() {
        queued = false;
    }

    /** Runs the task until it is unmounted. Does nothing when the task cannot run. */
    void runContinuation() {
        Runnable known = continuation;
        if (known == null) {
            throw new AssertionError(task + " is ready but was never started");
        }
        known.run();
    }
}
