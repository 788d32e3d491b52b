package io.anyio.benchmarks.task;

import io.anyio.AnyIO;
import io.anyio.GroupBlock;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.benchmarks.Crew;
import java.util.ArrayList;
import java.util.List;

/** The workloads on handles with our tasks. */
final class TaskHandles implements HandleShapes {
    private final Crew crew;

    TaskHandles(Crew crew) {
        this.crew = crew;
    }

    private void inGroup(GroupBlock body) {
        crew.run(1, _ -> TaskGroup.run(body));
    }

    @Override
    public void startAndJoin(int operations) {
        inGroup(group -> {
            for (int i = 0; i < operations; i++) {
                group.startSoon(() -> "value").join();
            }
        });
    }

    @Override
    public void fanOut(int tasks, int operations) {
        inGroup(group -> {
            List<TaskHandle<String>> handles = new ArrayList<>(tasks);
            for (int done = 0; done < operations; done += tasks) {
                for (int i = 0; i < tasks; i++) {
                    handles.add(group.startSoon(() -> "value"));
                }
                handles.forEach(TaskHandle::join);
                handles.clear();
            }
        });
    }

    @Override
    public void startUntilReady(int operations) {
        inGroup(group -> {
            for (int i = 0; i < operations; i++) {
                group.<String>start(status -> status.started("ready"));
            }
        });
    }

    @Override
    public void cancelAndJoin(int operations) {
        inGroup(group -> {
            for (int i = 0; i < operations; i++) {
                TaskHandle<?> handle = group.startSoon(() -> AnyIO.sleepForever());
                AnyIO.checkpoint();
                handle.cancel();
                handle.await();
            }
        });
    }
}
