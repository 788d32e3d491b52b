package io.anyio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Pictures of the live tasks of a run, parents before children. Any thread; a snapshot, not a consistent cut. */
final class TaskTree {
    private TaskTree() {}

    static List<TaskInfo> snapshot(Run run) {
        List<TaskInfo> infos = new ArrayList<>();
        Task root = run.root();
        if (root == null || run.isOver()) {
            return infos;
        }
        Deque<Task> open = new ArrayDeque<>();
        open.add(root);
        for (Task task = open.poll(); task != null; task = open.poll()) {
            infos.add(info(task));
            for (CancelScope at = task.scope(); at != null && at.host() == task; at = at.parent()) {
                TaskGroup group = at.group();
                if (group != null) {
                    group.children().forEach(open::add);
                }
            }
        }
        return infos;
    }

    static TaskInfo info(Task task) {
        Suspension wait = task.parked();
        Thread.State thread = task.thread().getState();
        String state;
        if (wait != null && wait.holds()) {
            state = "waiting";
        } else if (thread == Thread.State.NEW) {
            state = "ready";
        } else if (thread == Thread.State.RUNNABLE) {
            state = task.loop().holder == null ? "ready" : "running";
        } else {
            state = wait == null ? "blocked" : "ready";
        }
        boolean still = state.equals("waiting") || state.equals("blocked");
        return new TaskInfo(
                task.id(),
                task.parentId(),
                task.name(),
                state,
                state.equals("waiting") && wait != null ? wait.what() : "",
                still ? StallReports.placeOf(task.thread().getStackTrace()) : "");
    }
}
