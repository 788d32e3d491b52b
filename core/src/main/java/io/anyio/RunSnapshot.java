package io.anyio;

import io.anyio.internal.CancelCause;
import io.anyio.internal.Run;
import io.anyio.internal.ScopeNode;
import io.anyio.internal.Task;
import io.anyio.internal.TaskTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of one run, for {@link TaskDump}.
 *
 * @param id the number of the run
 * @param info the description of the run
 * @param tasks its tasks in depth-first order, each before its children
 */
record RunSnapshot(long id, RunInfo info, List<TaskSnapshot> tasks) {

    /**
     * A snapshot of one task.
     *
     * @param depth the number of tasks above it
     * @param host the id of the task that hosts its group, or 0 for the first task
     * @param groupScope the number of that group's scope among the scopes of the host
     * @param hostGroups the number of groups of the host
     * @param loop the number of its loop
     */
    record TaskSnapshot(
            TaskInfo info,
            int depth,
            long host,
            int groupScope,
            int hostGroups,
            int loop,
            List<ScopeSnapshot> scopes) {}

    /**
     * A snapshot of one scope of a task. Its number is its index in the list; 0 is the outermost scope of the task.
     *
     * @param group whether it is the scope of a group
     * @param deadline the time left until its deadline, or null when it has none
     * @param cancelled why it was cancelled, or null when it was not
     */
    record ScopeSnapshot(
            boolean group,
            boolean shield,
            @Nullable Duration deadline,
            @Nullable String cancelled) {

        static ScopeSnapshot of(ScopeNode scope, Deadline now) {
            CancelCause cause = scope.cause();
            Deadline deadline = Deadline.ofNanos(scope.deadline());
            return new ScopeSnapshot(
                    scope.isGroup(),
                    scope.isShielded(),
                    deadline.equals(Deadline.NEVER) ? null : deadline.since(now),
                    cause == null ? null : cause.describe());
        }
    }

    /** The data of a task that its children need. */
    private record Seen(int depth, int groups) {}

    static RunSnapshot of(Run run) {
        Deadline now = Deadline.ofNanos(run.now());
        List<TaskSnapshot> tasks = new ArrayList<>();
        Map<Task, Seen> hosts = new HashMap<>();
        var _ = TaskTree.walk(run, (task, scopes, host, groupScope) -> {
            Seen above = host == null ? null : hosts.get(host);
            int groups = (int) scopes.stream().filter(ScopeNode::isGroup).count();
            int depth = above == null ? 0 : above.depth + 1;
            if (groups > 0) {
                hosts.put(task, new Seen(depth, groups));
            }
            return tasks.add(new TaskSnapshot(
                    TaskInfo.of(task),
                    depth,
                    host == null ? 0 : host.id(),
                    groupScope,
                    above == null ? 0 : above.groups,
                    task.loop().index(),
                    scopes.stream().map(scope -> ScopeSnapshot.of(scope, now)).toList()));
        });
        return new RunSnapshot(run.id(), RunInfo.of(run), tasks);
    }
}
