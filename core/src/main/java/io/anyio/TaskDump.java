package io.anyio;

import io.anyio.internal.Run;
import java.util.ArrayList;
import java.util.List;

/**
 * Dumps the tree of all live tasks as text or JSON: the state of each task, where it waits, and its scopes and groups.
 *
 * <p>AnyIO: {@code get_running_tasks}, which returns the tasks only.
 *
 * <pre>{@code
 * run 1 backend=netty transport=epoll carrier=loop loops=1
 *   task 7 'main' waiting in the end of a task group at Server.main(Server.java:21)
 *       scope 1: group, deadline in 4.2 s
 *     task 9 'fetch' waiting in sleep at Server.fetch(Server.java:40)
 * }</pre>
 *
 * <p>May be called from any thread, also while a loop is stuck. Tasks continue to run during the dump. Each task is
 * shown as it was when it was visited, so a dump is not a consistent snapshot. A dump takes time linear in tasks and
 * scopes, and reads the stack of each waiting task.
 */
public final class TaskDump {
    private TaskDump() {}

    /** Returns all runs of this process as lines of text, or an empty string when there are none. */
    public static String text() {
        return TaskTreeText.of(snapshots(Run.live()));
    }

    /**
     * Returns the run to which the token belongs, as lines of text.
     *
     * @throws RunFinishedException when the run has ended
     */
    public static String text(EventLoopToken token) {
        return TaskTreeText.of(snapshots(List.of(token.run("dump its tasks"))));
    }

    /**
     * Returns all runs of this process as one JSON object: {@code runs}, each with a flat list of {@code tasks},
     * parents first. A task refers to its {@code host} by id, and to the {@code groupScope} by number.
     */
    public static String json() {
        return TaskTreeJson.of(snapshots(Run.live()));
    }

    /**
     * Returns the run to which the token belongs, in the format of {@link #json()}.
     *
     * @throws RunFinishedException when the run has ended
     */
    public static String json(EventLoopToken token) {
        return TaskTreeJson.of(snapshots(List.of(token.run("dump its tasks"))));
    }

    private static List<RunSnapshot> snapshots(Iterable<Run> runs) {
        List<RunSnapshot> snapshots = new ArrayList<>();
        for (Run run : runs) {
            snapshots.add(RunSnapshot.of(run));
        }
        return snapshots;
    }
}
