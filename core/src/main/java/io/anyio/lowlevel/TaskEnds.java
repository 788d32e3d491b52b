package io.anyio.lowlevel;

import io.anyio.TaskHandle;
import io.anyio.internal.RootAccess;
import java.util.Objects;

/**
 * Actions at the ends of tasks, for code that is not a task and therefore cannot wait. For implementers; tasks use
 * {@link TaskHandle#await}, and other code a future of {@code io.anyio.future}.
 *
 * <p>AnyIO has no counterpart; the closest is {@code add_done_callback} of asyncio's tasks.
 */
public final class TaskEnds {
    private TaskEnds() {}

    /**
     * Runs {@code action} once when the task has ended and its outcome can be read: in the thread of the task, before
     * the task leaves its group, or immediately in the calling thread if the task has ended already. The action must
     * not wait. What it throws is logged and has no other effect. May be called from any thread; not a checkpoint.
     */
    public static void whenEnded(TaskHandle<?> handle, Runnable action) {
        RootAccess.whenEnded(Objects.requireNonNull(handle, "handle"), Objects.requireNonNull(action, "action"));
    }
}
