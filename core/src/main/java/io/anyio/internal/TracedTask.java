package io.anyio.internal;

/** What an {@link EngineTrace} sees of a task. Any thread. */
public interface TracedTask {
    long id();

    String name();

    /** Returns the id of the parent task, or 0. */
    long parentId();

    /** Returns the number of its run. */
    long runId();

    /** Returns the number of its loop in the run. */
    int loopIndex();

    Thread thread();
}
