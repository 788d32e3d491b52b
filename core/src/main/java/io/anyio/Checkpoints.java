package io.anyio;

/**
 * The ways in which a blocking call can be a checkpoint. For implementers; everybody else calls
 * {@link AnyIO#checkpoint()}. AnyIO: {@code anyio.lowlevel}.
 *
 * <p>All must be called by a task.
 */
public final class Checkpoints {
    private Checkpoints() {}

    /** Throws {@link Cancelled} in a cancelled scope, lets others run, and looks again. AnyIO: {@code checkpoint}. */
    public static void checkpoint() {
        Task task = Task.require("pass a checkpoint");
        task.checkCancelled();
        task.yieldNow();
        task.checkCancelledAgain();
    }

    /**
     * Throws {@link Cancelled} in a cancelled scope, after others have run; else does nothing. AnyIO:
     * {@code checkpoint_if_cancelled}.
     */
    public static void ifCancelled() {
        check("pass a checkpoint");
    }

    /** Lets others run; never throws. AnyIO: {@code cancel_shielded_checkpoint}. */
    public static void shielded() {
        Task.require("pass a checkpoint").yieldNow();
    }

    /**
     * For a call that can complete at once: throws {@link Cancelled} in a cancelled scope, and lets others run only
     * when the task has used up its slice.
     */
    public static void fast() {
        Task task = Task.require("pass a checkpoint");
        task.checkCancelled();
        if (task.yieldIfSliceUsed()) {
            task.checkCancelledAgain();
        }
    }

    static Task check(String what) {
        Task task = Task.require(what);
        task.checkCancelled();
        return task;
    }
}
