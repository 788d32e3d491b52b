package io.anyio.internal;

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

    /** Returns what ended tasks and scopes have left behind. For the first task of a run. */
    public static List<String> leftovers() {
        List<String> left = new ArrayList<>();
        Task me = Task.require("look for leftovers");
        var _ = TaskTree.walk(me.run(), (task, _, _, _) -> task == me || left.add("a task: " + RootAccess.info(task)));
        if (me.scope() != me.run().rootScope()) {
            left.add("a scope that was not left: " + me.scope());
        }
        if (me.waiting() != null) {
            left.add("a wait that has not ended: " + me.waiting());
        }
        if (((Quiescence) me.run().observer()).isAwaited()) {
            left.add("a wait for all tasks to be blocked");
        }
        for (TaskLoop loop : me.run().loops()) {
            long earliest = loop.deadlines().earliest();
            if (earliest != Long.MAX_VALUE) {
                left.add("a deadline on loop " + loop.index() + ", " + earliest + " ns after the start");
            }
        }
        return left;
    }
}
