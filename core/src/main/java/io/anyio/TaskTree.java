package io.anyio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the live tasks of a run, parents before children, and creates snapshots of them. Any thread; a walk does
 * not see a consistent state of the whole run.
 */
final class TaskTree {
    private TaskTree() {}

    /** An action on each task. */
    interface Visitor {

        /**
         * Visits one task.
         *
         * @param task the task
         * @param scopes its own scopes, outermost first
         * @param host the task that hosts its group, or null for the first task
         * @param groupScope the number of that group's scope among the scopes of the host
         * @return whether to continue
         */
        boolean visit(Task task, List<CancelScope> scopes, @Nullable Task host, int groupScope);
    }

    private record Found(Task task, @Nullable Task host, int groupScope) {}

    /** Visits every task once, each before its children, in linear time. Returns false when a visit ended the walk. */
    static boolean walk(Run run, Visitor visitor) {
        Task root = run.root();
        if (root == null || run.isOver()) {
            return true;
        }
        Deque<Found> open = new ArrayDeque<>();
        open.push(new Found(root, null, 0));
        while (!open.isEmpty()) {
            Found found = open.pop();
            List<CancelScope> scopes = scopes(found.task);
            if (!visitor.visit(found.task, scopes, found.host, found.groupScope)) {
                return false;
            }
            List<Found> children = new ArrayList<>();
            for (int i = 0; i < scopes.size(); i++) {
                TaskGroup group = scopes.get(i).group();
                int number = i;
                if (group != null) {
                    group.children().forEach(child -> children.add(new Found(child, found.task, number)));
                }
            }
            children.reversed().forEach(open::push);
        }
        return true;
    }

    private static List<CancelScope> scopes(Task task) {
        List<CancelScope> scopes = new ArrayList<>();
        for (CancelScope at = task.scope(); at != null && at.host() == task; at = at.parent()) {
            scopes.add(at);
        }
        return scopes.reversed();
    }

    static List<TaskInfo> snapshot(Run run) {
        List<TaskInfo> infos = new ArrayList<>();
        var _ = walk(run, (task, _, _, _) -> infos.add(info(task)));
        return infos;
    }

    static TaskInfo info(Task task) {
        Suspension wait = task.parked();
        TaskInfo.State state = state(task, wait);
        boolean shown = switch (state) {
            case WAITING, BLOCKED -> true;
            case RUNNING -> task.thread() != Thread.currentThread();
            case READY, ENDED -> false;
        };
        return new TaskInfo(
                task.id(),
                task.parentId(),
                task.name(),
                state,
                state == TaskInfo.State.WAITING && wait != null ? wait.what() : "",
                shown ? StallReporter.placeOf(task.thread().getStackTrace()) : "",
                state != TaskInfo.State.ENDED && CancelTree.isCancelled(task.scope()));
    }

    private static TaskInfo.State state(Task task, @Nullable Suspension wait) {
        if (wait != null) {
            return wait.isParked() ? TaskInfo.State.WAITING : TaskInfo.State.READY;
        }
        return switch (task.thread().getState()) {
            case NEW -> TaskInfo.State.READY;
            case RUNNABLE -> task.loop().runs(task) ? TaskInfo.State.RUNNING : TaskInfo.State.READY;
            case BLOCKED, WAITING, TIMED_WAITING -> task.awaitsTurn() ? TaskInfo.State.READY : TaskInfo.State.BLOCKED;
            case TERMINATED -> TaskInfo.State.ENDED;
        };
    }
}
