package io.anyio.jfr;

import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.internal.TracedTask;
import jdk.jfr.Description;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/** The fields of events about one task. */
abstract class TaskEvent extends LoopEvent {
    @Label("Task Id")
    @Description("The number of the task in this process, as in TaskInfo; 0 if no task is involved")
    long taskId;

    @Label("Task Name")
    @Nullable
    String taskName;

    final void of(TracedTask task) {
        run = task.runId();
        loop = task.loopIndex();
        taskId = task.id();
        taskName = task.name();
    }

    final void of(WatchdogEvent event) {
        run = event.run();
        loop = event.loop();
        taskId = event.taskId();
        taskName = event.taskName();
    }
}
