package io.anyio.netty.future;

import io.anyio.TaskHandle;
import io.anyio.lowlevel.TaskEnds;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A task as a Netty future. */
public final class TaskPromise<T extends @Nullable Object> extends DefaultPromise<T> {
    private final TaskHandle<T> handle;

    public TaskPromise(TaskHandle<T> handle, EventExecutor executor) {
        super(executor);
        this.handle = Objects.requireNonNull(handle, "handle");
    }

    /** Takes the outcome of the task when it has ended. */
    public Future<T> follow() {
        TaskEnds.whenEnded(handle, this::taskEnded);
        return this;
    }

    private void taskEnded() {
        TaskHandle.Status status = handle.status();
        if (status == TaskHandle.Status.FINISHED) {
            trySuccess(handle.returnValue());
        } else if (status == TaskHandle.Status.CANCELLED) {
            super.cancel(false);
        } else {
            tryFailure(handle.exception().orElseThrow());
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            handle.cancel();
        }
        return cancelled;
    }
}
