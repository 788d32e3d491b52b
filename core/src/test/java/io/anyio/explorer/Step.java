package io.anyio.explorer;

import java.util.List;

/** One step of a generated program. Scopes, groups and tasks are known by numbers, each of which occurs once. */
sealed interface Step {
    /** {@code AnyIO.checkpoint()}. */
    record Checkpoint() implements Step {}

    /** {@code AnyIO.checkpointIfCancelled()}. */
    record Look() implements Step {}

    /** {@code AnyIO.cancelShieldedCheckpoint()}. */
    record Yield() implements Step {}

    /** {@code AnyIO.sleep()}. */
    record Sleep(long nanos) implements Step {}

    /** Throws a failure of its own. */
    record Fail(int failure) implements Step {}

    /** A scope; a negative time means no deadline. With {@code fails} it is {@code failAfter}. */
    record Scope(int scope, boolean shield, long nanos, boolean fails, List<Step> body) implements Step {}

    /** A task group; its scope is known by the same number. */
    record Group(int group, List<Step> body) implements Step {}

    /** {@code startSoon} in a group that encloses this step. */
    record Spawn(int group, int task, List<Step> body) implements Step {}

    /** {@code start} in a group that encloses this step. */
    record Start(int group, int task, List<Step> body) implements Step {}

    /** {@code started()} of the task that stands in {@code start}. */
    record Report(int task) implements Step {}

    /** Cancels a scope, wherever it is, entered or not. */
    record Cancel(int scope) implements Step {}

    /** Cancels a task by its handle, if it has been started. */
    record CancelTask(int task) implements Step {}

    /** Moves a deadline to this time from now; a negative time takes it away. */
    record Move(int scope, long nanos) implements Step {}

    /** Raises or lowers a shield. */
    record Shield(int scope, boolean raised) implements Step {}

    /** Goes on after a cancellation, or after a failure. */
    record Catch(boolean failures, List<Step> body) implements Step {}

    /** Runs the second part, a shielded scope, however the first one ends. */
    record Finally(List<Step> body, Scope cleanUp) implements Step {}

    /** Sets an event. */
    record Set(int event) implements Step {}

    /** Waits for an event. */
    record Await(int event) implements Step {}

    /** Waits for the end of a task, if it has been started. */
    record Join(int task) implements Step {}
}
