package io.anyio.internal;

import io.anyio.NoEventLoopException;
import org.jspecify.annotations.Nullable;

/** Finds the holder of the context variables of the calling thread. */
public final class CurrentContext {
    private CurrentContext() {}

    /** Returns the task or the call whose code the calling thread runs, or null. */
    public static @Nullable ContextHolder holderOrNull() {
        Task task = Task.currentOrNull();
        return task == null ? HandedOverCall.currentOrNull() : task;
    }

    /**
     * Returns the task or the call whose code the calling thread runs.
     *
     * @param what the operation that needs it, as a verb, for messages
     * @throws NoEventLoopException when the thread is neither a task nor a worker thread
     */
    public static ContextHolder require(String what) {
        ContextHolder current = holderOrNull();
        return current == null ? Task.require(what) : current;
    }
}
