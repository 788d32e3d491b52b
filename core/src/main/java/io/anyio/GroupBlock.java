package io.anyio;

/**
 * Code that runs inside a task group and may start tasks in it.
 *
 * <p>AnyIO: the body of {@code async with create_task_group() as group}.
 */
@FunctionalInterface
public interface GroupBlock {

    /** Runs the code. The group throws the exceptions of this method as members of a failure group. */
    void run(TaskGroup group) throws Exception;
}
