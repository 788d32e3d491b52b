package io.anyio;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The whole tree of live tasks, as text for people and as JSON for tools: what each task does, where it waits, and the
 * scopes and groups it stands in.
 *
 * <p>AnyIO: {@code get_running_tasks}, which gives the tasks alone.
 *
 * <pre>{@code
 * run 1 backend=netty transport=epoll carrier=loop loops=1
 *   task 7 'main' waiting in the end of a task group at Server.main(Server.java:21)
 *       scope 1: group, deadline in 4.2 s
 *     task 9 'fetch' waiting in sleep at Server.fetch(Server.java:40)
 * }</pre>
 *
 * <p>Any thread may ask, also while a loop is stuck; nobody is stopped meanwhile. Each task is as it was when the walk
 * came by, so the whole is no consistent cut. Linear in tasks and scopes; looks at the stack of each task that waits.
 */
public final class TaskDump {
    private static final Queue<Run> RUNS = new ConcurrentLinkedQueue<>(); // each run, from its beginning to its end

    private TaskDump() {}

    static void begun(Run run) {
        RUNS.add(run);
    }

    static void ended(Run run) {
        RUNS.remove(run);
    }

    /** All runs of this process, as lines of text. Empty when there is none. */
    public static String text() {
        return TreeText.of(pictures(RUNS));
    }

    /**
     * The run that the token belongs to, as lines of text.
     *
     * @throws RunFinishedException when it has ended
     */
    public static String text(EventLoopToken token) {
        return TreeText.of(pictures(List.of(token.run("dump its tasks"))));
    }

    /**
     * All runs of this process, as one JSON object: {@code runs}, each with a flat list of {@code tasks}, parents
     * first, which point at their {@code host} by its id and at the scope of their group by its number.
     */
    public static String json() {
        return TreeJson.of(pictures(RUNS));
    }

    /**
     * The run that the token belongs to, as {@link #json()}.
     *
     * @throws RunFinishedException when it has ended
     */
    public static String json(EventLoopToken token) {
        return TreeJson.of(pictures(List.of(token.run("dump its tasks"))));
    }

    private static List<RunPicture> pictures(Iterable<Run> runs) {
        List<RunPicture> pictures = new ArrayList<>();
        for (Run run : runs) {
            pictures.add(RunPicture.of(run));
        }
        return pictures;
    }
}
