package io.anyio.netty.loop;

import io.anyio.spi.LoopActionQueue;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The engine's drain, followed by the actions of the loop. It is in the loop's queue at most once: each drain that
 * leaves tasks requests another one, and if these were not merged, the drains after messages would add more and more of
 * them.
 */
final class DrainTask implements Runnable {
    private static final VarHandle QUEUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "queued", VarHandle.class, DrainTask.class, boolean.class);

    private final Runnable engine;
    private final LoopActionQueue actions;
    private final EventLoop loop;
    private final @Nullable SingleThreadIoEventLoop iterating; // null: nothing can be queued for the end of a turn
    private final Runnable reposter = this::repost;

    @SuppressWarnings("unused") // through QUEUED
    private volatile boolean queued; // set through QUEUED by any thread; cleared by that thread, or when this runs

    private volatile boolean requested; // set by any thread before it queues this; cleared before the engine runs

    private boolean leavesTasks; // loop only: the last drain has used up its time
    private boolean ioFirst; // loop only: it has used up its time, but was queued to run before I/O
    private long nanosAfterMessages; // loop only: for how long tasks have run after messages in this turn of the loop
    private int reads; // loop only: of channels in this turn
    private int readsToNext = 1; // loop only: at how many of them the next drain follows

    DrainTask(Runnable engine, LoopActionQueue actions, EventLoop loop) {
        this.engine = engine;
        this.actions = actions;
        this.loop = loop;
        this.iterating = loop instanceof SingleThreadIoEventLoop single ? single : null;
    }

    /** Returns whether this wraps {@code other}. */
    boolean wraps(Runnable other) {
        return engine == other;
    }

    // ---- the loop's thread only ----

    /** Runs a regular drain of the loop, outside of I/O. */
    @Override
    public void run() {
        queued = false; // before `requested` is read
        if (ioFirst) {
            postAfterIo();
            return;
        }
        nanosAfterMessages = 0;
        reads = 0;
        readsToNext = 1;
        if (isDue()) { // otherwise a drain after a message has come first
            drain();
        }
    }

    /** Runs a drain in the middle of I/O, after a message. */
    void runAfterMessage() {
        drain();
    }

    private void drain() {
        requested = false; // before the engine looks at what is ready
        leavesTasks = false;
        try {
            actions.runThenPerform(engine);
        } catch (Throwable failed) {
            requested = true; // the drain that is queued tries again
            throw failed;
        }
    }

    /**
     * Counts a channel that was read and has tasks to run. Returns whether a drain should follow: after the first, and
     * whenever twice as many have been read as at the last drain. A single answer does not wait then, and many channels
     * cost few drains.
     */
    boolean isDueAfterRead() {
        if (++reads < readsToNext) {
            return false;
        }
        readsToNext = 2 * reads;
        return true;
    }

    /** Returns whether a drain was requested since the last one has begun, or the last one has left tasks. */
    boolean isDue() {
        return requested || leavesTasks;
    }

    /** Returns whether the last drain has left tasks. */
    boolean leavesTasks() {
        return leavesTasks;
    }

    /** Adds to the time that tasks have run after messages. */
    void addAfterMessage(long nanos) {
        nanosAfterMessages += nanos;
    }

    /** Returns for how long tasks have run after messages since the last regular drain. */
    long nanosAfterMessages() {
        return nanosAfterMessages;
    }

    /** Notes that the current drain leaves tasks, and queues the next one for the time after the loop's I/O. */
    void postAfterIo() {
        leavesTasks = true;
        ioFirst = !QUEUED.compareAndSet(this, false, true);
        if (ioFirst) { // it is queued for this turn of the loop
            return;
        }
        try {
            if (iterating == null) { // due timers run once a turn, after I/O
                var _ = loop.schedule(this, 0, TimeUnit.NANOSECONDS);
            } else { // not this itself, which would run before I/O
                iterating.executeAfterEventLoopIteration(reposter);
            }
        } catch (Throwable notQueued) {
            queued = false;
            throw notQueued;
        }
    }

    /** Queues this unless it is queued or the loop has ended. */
    void postUnlessEnded() {
        if (QUEUED.compareAndSet(this, false, true)) {
            repost();
        }
    }

    private void repost() {
        try {
            loop.execute(this);
        } catch (RejectedExecutionException ended) {
            // the loop's termination listener moves the remaining tasks
        } catch (Throwable noMemory) { // the engine's watchdog requests another drain
            queued = false;
            throw noMemory;
        }
    }

    // ---- any thread ----

    /** Notes that a drain is wanted, which follows the message being delivered, or else {@link #post} is called. */
    void request() {
        if (!requested) {
            requested = true;
        }
    }

    /**
     * Queues this unless it is queued.
     *
     * @throws RejectedExecutionException if the loop has ended
     */
    void post() {
        if (!QUEUED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            loop.execute(this);
        } catch (Throwable notQueued) { // the loop has ended, or there is no memory
            queued = false; // no call here: it could overflow the stack again
            throw notQueued;
        }
    }
}
