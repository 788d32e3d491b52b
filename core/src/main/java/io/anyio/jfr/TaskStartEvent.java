package io.anyio.jfr;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A task was started; the event thread is the thread that started it. */
@Name("io.anyio.TaskStart")
@Label("Task Start")
@Description("A task was started; the event thread is the thread that started it")
final class TaskStartEvent extends TaskEvent {
    @Label("Parent Task Id")
    @Description("The task that hosts the group of this one, or the caller of start(); 0 for the first task of a run")
    long parentTaskId;
}
