package io.anyio.internal;

import io.anyio.spi.OwnThreads;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs the tasks of a loop while the loop's own thread is stuck: it waits for a lock, or a task waits on
 * it while pinned. Ends when the loop's own thread is back, or when the pinned task has the token again.
 *
 * <p>This is necessary because one of the tasks that only this loop would run may hold the lock, or wait for it.
 */
final class RescueThread {
    private final LoopCarrier loop;
    private final @Nullable TaskRunner stuck; // with a pinned task, or null: the loop's thread outside of all tasks
    private final Thread stuckThread;
    private final @Nullable Task pinned;
    private final boolean shown; // whether the JVM shows that the task waits
    private final TaskRunner me;

    private RescueThread(
            LoopCarrier loop, @Nullable TaskRunner stuck, Thread stuckThread, @Nullable Task pinned, boolean shown) {
        this.shown = shown;
        this.stuckThread = stuckThread;
        this.loop = loop;
        this.stuck = stuck;
        this.pinned = pinned;
        this.me = new TaskRunner(OwnThreads.unstarted("anyio-rescue-" + loop.index(), this::run));
    }

    /** A rescue of a loop whose thread waits outside of all tasks. */
    static RescueThread ofLoop(LoopCarrier loop, Thread thread) {
        return new RescueThread(loop, null, thread, null, true);
    }

    /** A rescue of a loop one of whose tasks waits while it is pinned to the thread of {@code stuck}. */
    static RescueThread ofPinned(LoopCarrier loop, TaskRunner stuck, Task task) {
        return new RescueThread(loop, stuck, stuck.thread, task, true);
    }

    /** A rescue of a loop one of whose tasks seems to run, but waits until a pinned task has initialized a class. */
    static RescueThread ofResting(LoopCarrier loop, TaskRunner stuck, Task task) {
        return new RescueThread(loop, stuck, stuck.thread, task, false);
    }

    /** The thread that rescues. */
    Thread thread() {
        return me.thread;
    }

    void begin() {
        me.thread.start();
    }

    private void run() {
        Object traced = null;
        try {
            if (takeToken()) {
                traced = Tracing.rescueBegins(loop.run().trace(), loop.run().id(), loop.index(), pinned, stuckThread);
                runTasks();
            }
        } finally {
            Tracing.rescueEnds(loop.run().trace(), traced);
            if (loop.holder == me) {
                loop.release();
            }
            loop.rescued(this);
        }
    }

    private boolean takeToken() {
        if (stuck != null && pinned != null) {
            return loop.pinned.take(stuck, pinned, me, shown);
        }
        loop.execute(); // tells when the loop's thread is back
        return TaskLoop.HOLDER.compareAndSet(loop, null, me); // else it came back before we began
    }

    private void runTasks() {
        while (!loop.isThreadBack() && !loop.run().isOver()) {
            loop.fireDeadlines();
            boolean more = loop.runReady(me, 1, null);
            if (loop.holder != me || !(more || loop.pinned.keepsToken(me))) {
                return; // it was taken, or handed back
            }
            if (!more) {
                loop.run().loopIdle();
                pause();
            }
        }
    }

    private void pause() {
        long earliest = loop.deadlines().earliest();
        if (earliest == Long.MAX_VALUE) {
            LockSupport.parkNanos(this, Watchdog.PATIENCE_NANOS);
        } else {
            LockSupport.parkNanos(this, Math.clamp(earliest - loop.run().now(), 1, Watchdog.PATIENCE_NANOS));
        }
    }
}
