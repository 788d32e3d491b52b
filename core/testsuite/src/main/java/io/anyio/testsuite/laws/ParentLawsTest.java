package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.testing.Simulation;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testsuite.BackendUnderTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the parents of tasks, and of the name of the first task. */
class ParentLawsTest {

    private static long parent() {
        return AnyIO.currentTask().parentId();
    }

    @AnyIOTest
    @Law({41})
    @Ported({"TG::test_start_soon_parent_id"})
    void aTaskBelongsToTheHostOfItsGroupWhicheverTaskStartsIt() {
        var trail = new Trail();
        long host = AnyIO.currentTask().id();
        TaskGroup.run(group -> group.startSoon(() -> {
            trail.add("child " + (parent() == host));
            group.startSoon(() -> trail.add("sibling " + (parent() == host)));
        }));
        assertThat(trail.events()).containsExactly("child true", "sibling true");
    }

    @AnyIOTest
    @Law({41})
    @Ported({"TG::test_start_parent_id"})
    void aTaskThatIsStartingBelongsToItsStarterUntilItReports() {
        var trail = new Trail();
        long host = AnyIO.currentTask().id();
        TaskGroup.run(group -> group.startSoon(() -> {
            long starter = AnyIO.currentTask().id();
            group.start(status -> {
                trail.add("before " + (parent() == starter));
                status.started();
                trail.add("after " + (parent() == host));
            });
        }));
        assertThat(trail.events()).containsExactly("before true", "after true");
    }

    @Test
    void theFirstTaskHasNoParent() {
        for (var options : List.of(BackendUnderTest.get().options(), Simulation.DEFAULTS)) {
            assertThat(AnyIO.run(() -> parent(), options)).isZero();
        }
    }

    @Test
    @Ported({"DB::test_main_task_name"})
    void theFirstTaskIsNamedAfterItsCode() {
        for (var options : List.of(BackendUnderTest.get().options(), Simulation.DEFAULTS)) {
            assertThat(AnyIO.run(() -> AnyIO.currentTask().name(), options)).isEqualTo(ParentLawsTest.class.getName());
        }
    }
}
