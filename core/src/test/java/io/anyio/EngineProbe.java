package io.anyio;

import java.util.ArrayList;
import java.util.List;

/** Access of the explorer to the state of the current run. */
public final class EngineProbe {
    private EngineProbe() {}

    /** The name of the current task, or of the thread that is none. */
    public static String currentName() {
        Task task = Task.currentOrNull();
        return task == null ? Thread.currentThread().getName() : task.name();
    }

    /** Returns the list of the tasks of a group, which must be empty when the group has ended. */
    public static Object childrenOf(TaskGroup group) {
        return group.children();
    }

    /** Returns what ended tasks and scopes have left behind. For the first task of a run. */
    public static List<String> leftovers() {
        List<String> left = new ArrayList<>();
        Task me = Task.require("look for leftovers");
        for (TaskInfo info : TaskTree.snapshot(me.run())) {
            if (info.id() != me.id()) {
                left.add("a task: " + info);
            }
        }
        if (me.scope() != me.run().rootScope()) {
            left.add("a scope that was not left: " + me.scope());
        }
        if (me.waiting() != null) {
            left.add("a wait that has not ended: " + me.waiting());
        }
        for (int i = 0; i < me.run().info().loops(); i++) {
            long earliest = me.run().loop(i).deadlines().earliest();
            if (earliest != Long.MAX_VALUE) {
                left.add("a deadline on loop " + i + ", " + earliest + " ns after the start");
            }
        }
        return left;
    }
}
