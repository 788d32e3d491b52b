package io.anyio.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the live tasks of a run, parents before children. Any thread; a walk does not see a consistent state of
 * the whole run.
 */
public final class TaskTree {
    private TaskTree() {}

    /** An action on each task. */
    public interface Visitor {

        /**
         * Visits one task.
         *
         * @param task the task
         * @param scopes its own scopes, outermost first
         * @param host the task that hosts its group, or null for the first task
         * @param groupScope the number of that group's scope among the scopes of the host
         * @return whether to continue
         */
        boolean visit(Task task, List<ScopeNode> scopes, @Nullable Task host, int groupScope);
    }

    private record Found(Task task, @Nullable Task host, int groupScope) {}

    /** Visits every task once, each before its children, in linear time. Returns false when a visit ended the walk. */
    public static boolean walk(Run run, Visitor visitor) {
        Task root = run.root();
        if (root == null || run.isOver()) {
            return true;
        }
        Deque<Found> open = new ArrayDeque<>();
        open.push(new Found(root, null, 0));
        while (!open.isEmpty()) {
            Found found = open.pop();
            List<ScopeNode> scopes = scopes(found.task);
            if (!visitor.visit(found.task, scopes, found.host, found.groupScope)) {
                return false;
            }
            List<Found> children = new ArrayList<>();
            for (int i = 0; i < scopes.size(); i++) {
                ChildList below = scopes.get(i).children();
                int number = i;
                if (below != null) {
                    below.forEach(child -> children.add(new Found(child, found.task, number)));
                }
            }
            children.reversed().forEach(open::push);
        }
        return true;
    }

    private static List<ScopeNode> scopes(Task task) {
        List<ScopeNode> scopes = new ArrayList<>();
        for (ScopeNode at = task.scope(); at != null && at.host() == task; at = at.parent()) {
            scopes.add(at);
        }
        return scopes.reversed();
    }
}
