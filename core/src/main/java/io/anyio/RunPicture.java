package io.anyio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TaskDump} has seen of one run.
 *
 * @param id the run's
 * @param info what it runs on
 * @param tasks its tasks, each before its children, and children behind the whole tree of the child before
 */
record RunPicture(long id, RunInfo info, List<TaskPicture> tasks) {

    /**
     * One task.
     *
     * @param depth how many tasks are above it
     * @param host the id of the task whose group it is in, or 0 for the first task
     * @param groupScope the number of that group's scope among the scopes of the host
     * @param hostGroups how many groups the host has
     * @param loop the number of its loop
     */
    record TaskPicture(
            TaskInfo info, int depth, long host, int groupScope, int hostGroups, int loop, List<ScopePicture> scopes) {}

    /**
     * One scope of a task; its number is its place in the list, and 0 is the one that the task itself is.
     *
     * @param group whether it is a group's
     * @param deadline how long until its deadline, or null when it has none
     * @param cancelled why it was cancelled, or null when it was not
     */
    record ScopePicture(
            boolean group,
            boolean shield,
            @Nullable Duration deadline,
            @Nullable String cancelled) {

        static ScopePicture of(CancelScope scope, Deadline now) {
            CancelCause cause = scope.cause();
            Deadline deadline = scope.deadline();
            return new ScopePicture(
                    scope.group() != null,
                    scope.shield(),
                    deadline.equals(Deadline.NEVER) ? null : deadline.since(now),
                    cause == null ? null : cause.describe());
        }
    }

    /** What is remembered of a task until its children have been seen. */
    private record Seen(int depth, int groups) {}

    static RunPicture of(Run run) {
        Deadline now = Deadline.ofNanos(run.now());
        List<TaskPicture> tasks = new ArrayList<>();
        Map<Task, Seen> hosts = new HashMap<>();
        var _ = TaskTree.walk(run, (task, scopes, host, groupScope) -> {
            Seen above = host == null ? null : hosts.get(host);
            int groups =
                    (int) scopes.stream().filter(scope -> scope.group() != null).count();
            int depth = above == null ? 0 : above.depth + 1;
            if (groups > 0) {
                hosts.put(task, new Seen(depth, groups));
            }
            return tasks.add(new TaskPicture(
                    TaskTree.info(task),
                    depth,
                    host == null ? 0 : host.id(),
                    groupScope,
                    above == null ? 0 : above.groups,
                    task.loop().index(),
                    scopes.stream().map(scope -> ScopePicture.of(scope, now)).toList()));
        });
        return new RunPicture(run.id(), run.info(), tasks);
    }
}
