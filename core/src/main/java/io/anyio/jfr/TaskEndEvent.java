package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A task has ended; the duration is the time since it began to run. */
@Name("io.anyio.TaskEnd")
@Label("Task End")
@Description("A task has ended; the duration is the time since it began to run")
final class TaskEndEvent extends TaskEvent {
    @Label("Outcome")
    @Description("returned, failed or cancelled")
    @Nullable
    String outcome;

    @Label("Failure")
    @Description("The class and the message of the exception with which the task failed")
    @Nullable
    String failure;
}
