package io.anyio.lowlevel;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.internal.Task;

/**
 * The ways in which a blocking call can be a checkpoint. For implementers of primitives; other code calls
 * {@link AnyIO#checkpoint()}. AnyIO: {@code anyio.lowlevel}.
 *
 * <p>All methods must be called by a task, and throw {@link NoEventLoopException} elsewhere. The message names the
 * operation that failed. A caller that does more than a checkpoint passes its operation, as in {@code "acquire a
 * lock"}.
 */
public final class Checkpoints {
    private static final String PASS = "pass a checkpoint";

    private Checkpoints() {}

    /**
     * Throws {@link Cancelled} in a cancelled scope, lets other tasks run, and checks again. AnyIO: {@code checkpoint}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpoint() {
        checkpoint(PASS);
    }

    /** Like {@link #checkpoint()}, as a part of another operation, which {@code what} names in messages. */
    public static void checkpoint(String what) {
        Task.require(what).checkpoint();
    }

    /**
     * Lets other tasks run and then throws {@link Cancelled} if the current task is in a cancelled scope; otherwise
     * does nothing. AnyIO: {@code checkpoint_if_cancelled}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void ifCancelled() {
        ifCancelled(PASS);
    }

    /** Like {@link #ifCancelled()}, as a part of another operation, which {@code what} names in messages. */
    public static void ifCancelled(String what) {
        Task.require(what).checkpointIfCancelled();
    }

    /**
     * Lets other tasks run. Never throws {@link Cancelled}. AnyIO: {@code cancel_shielded_checkpoint}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void shielded() {
        Task.require(PASS).yieldNow();
    }

    /**
     * Throws {@link Cancelled} in a cancelled scope, and lets other tasks run only when the task has used up its slice.
     * For a call that can complete immediately.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void fast() {
        fast(PASS);
    }

    /** Like {@link #fast()}, as a part of another operation, which {@code what} names in messages. */
    public static void fast(String what) {
        Task.require(what).fastCheckpoint();
    }

    /**
     * Lets other tasks run only when the task has used up its slice. Never throws {@link Cancelled}. For a call that
     * has completed immediately and has called {@link #ifCancelled(String)} before.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void fastShielded(String what) {
        Task task = Task.require(what);
        task.step();
        try {
            task.yieldIfSliceUsed();
        } catch (StackOverflowError full) {
            // the call has done its work; other tasks run at the next checkpoint
        }
    }

    /**
     * Like {@link #fast(String)}, for a call that must not yield in AnyIO, such as acquiring a free lock that is fast.
     * Lets other tasks run only when this task has kept them waiting for 10 ms, in a simulation too.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void fastest(String what) {
        Task task = Task.require(what);
        task.step();
        task.checkCancelled();
        if (task.yieldIfSliceLongUsed()) {
            task.checkCancelledAgain();
        }
    }
}
