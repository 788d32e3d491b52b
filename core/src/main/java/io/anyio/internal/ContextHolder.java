package io.anyio.internal;

/** What has context variables: a task, or a call that a task has handed to another thread. */
public interface ContextHolder {

    /** Returns the values. Called by the thread of the holder. */
    ContextValues context();

    /** Replaces the values. Called by the thread of the holder. */
    void setContext(ContextValues changed);
}
