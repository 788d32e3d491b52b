package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.RootAccess;
import io.anyio.internal.Task;

/** The access of the engine to package-private members of this package. */
final class EngineAccess extends RootAccess {
    @Override
    protected Cancelled cancelled(CancelCause cause, boolean debug) {
        return new Cancelled(cause, debug);
    }

    @Override
    protected TaskInfo infoOf(Task task) {
        return TaskInfo.of(task);
    }

    @Override
    protected long nanosOf(Deadline deadline) {
        return deadline.nanos();
    }

    @Override
    protected void whenTaskEnded(Object handle, Runnable action) {
        ((TaskHandle<?>) handle).whenEnded(action);
    }
}
