package io.anyio.lowlevel;

import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.internal.LowlevelAccess;
import io.anyio.internal.Task;
import io.anyio.internal.Wait;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * One wait of one task. A task parks only in a suspension, and a cancellation ends its wait only there. For
 * implementers of primitives and backends; other code uses the primitives built on it.
 *
 * <pre>{@code
 * var wait = Suspension.create("receive");
 * waiters.add(wait);             // from here on any thread may call wait.resume()
 * try {
 *     wait.await();              // a checkpoint
 * } catch (Cancelled c) {
 *     waiters.remove(wait);      // not resumed, and never will be
 *     throw c;
 * }
 * }</pre>
 *
 * A suspension ends exactly once: it is <em>resumed</em> by the code that grants what the task waits for, or
 * <em>aborted</em> by a cancellation. The first of the two takes effect, and both sides know it immediately:
 * {@link #resume} returns false after an abort, and a task that was resumed returns normally from {@link #await} even
 * if it is cancelled before it runs again.
 *
 * <p>AnyIO has no counterpart; the closest is trio's {@code lowlevel.wait_task_rescheduled}.
 */
public final class Suspension {
    static {
        LowlevelAccess.provide(new EngineAccess());
    }

    private final Wait wait;

    Suspension(Wait wait) {
        this.wait = wait;
        wait.setFace(this);
        TaskRef.of(wait.task()); // made now, because owner() may be called in a critical section
    }

    /**
     * Creates a wait of the current task, which has not begun.
     *
     * @param what the operation of the task, as a verb, for messages and diagnosis
     * @throws NoEventLoopException when not called by a task
     * @throws StackOverflowError when there is too little room on the stack to wait
     */
    public static Suspension create(String what) {
        return new Suspension(Wait.begin(Task.require(what), what));
    }

    /**
     * Like {@link #create(String)}, for a wait that only one thread can end, such as a wait for I/O that an event
     * loop's thread performs. If the waiting task is pinned to that very thread, by a class initializer or a native
     * method, the wait throws {@link IllegalStateException} instead of lasting forever.
     *
     * @param endedBy returns whether its argument is that thread
     */
    public static Suspension create(String what, Predicate<Thread> endedBy) {
        Task task = Task.require(what);
        return new Suspension(Wait.begin(task, what, Objects.requireNonNull(endedBy, "endedBy")));
    }

    /**
     * Ends the wait. May be called from any thread, before, during or after {@link #await}; never blocks.
     *
     * @return true when this call ended the wait; false when it was resumed or aborted before
     */
    public boolean resume() {
        return wait.resume();
    }

    /**
     * The first half of {@link #resume}: decides that the wait is resumed, without letting the task run yet. If this
     * method returns true, the caller must call {@link #wake} soon, after leaving its critical section.
     */
    public boolean claim() {
        return wait.claim();
    }

    /** The second half of {@link #resume}. Must be called after {@link #claim} has returned true. */
    public void wake() {
        wait.wake();
    }

    /** Returns whether the wait can still be resumed. */
    public boolean isPending() {
        return wait.isPending();
    }

    /** Returns whether it has not been resumed: the task waits, or was cancelled and has not left the queue yet. */
    public boolean isWaiting() {
        return wait.isWaiting();
    }

    /** Returns whether it was resumed or claimed through this branch: the task gets what it waits for in this queue. */
    public boolean isResumed() {
        return wait.isResumed();
    }

    /** Returns the task that waits. */
    public TaskRef owner() {
        return TaskRef.of(wait.task());
    }

    /** Returns the number of the loop to which the waiting task belongs. */
    public int loop() {
        return wait.task().loop().index();
    }

    /**
     * Waits until resumed. A checkpoint. If already resumed, returns immediately without letting other tasks run.
     *
     * @throws Cancelled when the task is cancelled before it was resumed; the wait cannot be resumed any more
     * @throws IllegalStateException when called by a task other than the one that created it
     * @throws StackOverflowError when the stack is too deep to unmount the thread; the wait cannot be resumed any more
     */
    public void await() {
        wait.await();
    }

    /** Waits until resumed. A cancellation does not end the wait. Not a checkpoint. For clean-up that must complete. */
    public void awaitShielded() {
        wait.awaitShielded();
    }

    /** Returns the wait for which this object stands. */
    Wait inner() {
        return wait;
    }

    /** Returns the object that stands for {@code wait}, which {@link #create} has made. */
    static Suspension of(Wait wait) {
        return (Suspension) Objects.requireNonNull(wait.face());
    }

    @Override
    public String toString() {
        return "Suspension" + wait.describe();
    }
}
