package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.GroupProbe;
import io.anyio.TaskGroup;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.List;

/** Walks over the tasks of a group, which take some of them at a time. */
class ChildListTest {
    @SimulatedTest
    void aWalkVisitsEachTaskOnceInTheOrderInWhichTheyWereStarted() {
        for (int tasks : List.of(1, 31, 32, 33, 64, 100)) {
            TaskGroup.run(group -> {
                for (int i = 0; i < tasks; i++) {
                    group.startSoon(AnyIO::sleepForever);
                }
                List<Long> visited = new ArrayList<>();
                ((ChildList) GroupProbe.childrenOf(group)).forEach(task -> visited.add(task.id()));
                assertThat(visited).hasSize(tasks).isSorted().doesNotHaveDuplicates();
                group.cancel();
            });
        }
    }
}
