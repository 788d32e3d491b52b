package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A task waited in the library; the duration includes the time until it ran again. */
@Name("io.anyio.TaskSuspension")
@Label("Task Suspension")
@Description("A task waited in the library; the duration includes the time until it ran again")
final class TaskSuspensionEvent extends TaskEvent {
    @Label("Cause")
    @Description("The operation in which the task waited")
    @Nullable
    String cause;

    @Label("Outcome")
    @Description("resumed, or cancelled")
    @Nullable
    String outcome;
}
