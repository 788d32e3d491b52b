package io.anyio;

/**
 * The ways in which a blocking call can be a checkpoint. For implementers; everybody else calls
 * {@link AnyIO#checkpoint()}. AnyIO: {@code anyio.lowlevel}.
 *
 * <p>All must be called by a task, and throw {@link NoEventLoopException} elsewhere. Its message says what could not be
 * done; a call that is more than a checkpoint says what that is, as in {@code "acquire a lock"}.
 */
public final class Checkpoints {
    private static final String PASS = "pass a checkpoint";

    private Checkpoints() {}

    /**
     * Throws {@link Cancelled} in a cancelled scope, lets others run, and looks again. AnyIO: {@code checkpoint}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void checkpoint() {
        checkpoint(PASS);
    }

    /** {@link #checkpoint()} as a part of another call, which {@code what} names for the message. */
    public static void checkpoint(String what) {
        Task task = Task.require(what);
        task.step();
        task.checkCancelled();
        task.letOthersRun();
        task.checkCancelledAgain();
    }

    /**
     * Throws {@link Cancelled} in a cancelled scope, after others have run; else does nothing. AnyIO:
     * {@code checkpoint_if_cancelled}.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void ifCancelled() {
        ifCancelled(PASS);
    }

    /** {@link #ifCancelled()} as a part of another call, which {@code what} names for the message. */
    public static void ifCancelled(String what) {
        Task task = Task.require(what);
        task.stepIfTimed();
        task.checkCancelled();
    }

    /**
     * Lets others run; never throws {@link Cancelled}. AnyIO: {@code cancel_shielded_checkpoint}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void shielded() {
        Task.require(PASS).yieldNow();
    }

    /**
     * For a call that can complete at once: throws {@link Cancelled} in a cancelled scope, and lets others run only
     * when the task has used up its slice.
     *
     * @throws Cancelled in a cancelled scope
     * @throws NoEventLoopException when not called by a task
     */
    public static void fast() {
        fast(PASS);
    }

    /** {@link #fast()} as a part of another call, which {@code what} names for the message. */
    public static void fast(String what) {
        Task task = Task.require(what);
        task.step();
        task.checkCancelled();
        if (task.yieldIfSliceUsed()) {
            task.checkCancelledAgain();
        }
    }

    /**
     * For a call that has completed at once and has called {@link #ifCancelled(String)} before: lets others run only
     * when the task has used up its slice; never throws {@link Cancelled}.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void fastShielded(String what) {
        Task task = Task.require(what);
        task.step();
        try {
            task.yieldIfSliceUsed();
        } catch (StackOverflowError full) {
            // the call has done its work; others run at the next checkpoint
        }
    }

    /**
     * {@link #fast(String)} for a call that AnyIO promises not to yield, such as taking a free lock that is fast: lets
     * others run only when the task has kept them waiting for 10 ms, in a simulation too.
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
