package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.sync.Event;
import io.anyio.testing.junit.SimulatedTest;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** What a handle tells of its task, from the start to after the end. */
class TaskHandleInfoTest {

    @SimulatedTest(seeds = 20)
    void itIsTheTaskAsItIsNow() {
        var go = Event.create();
        List<TaskInfo> own = new ArrayList<>();
        TaskInfo host = AnyIO.currentTask();
        TaskGroup.run(group -> {
            TaskHandle<?> handle = group.startSoon(TaskOptions.named("worker"), () -> {
                own.add(AnyIO.currentTask());
                go.await();
            });
            assertThat(handle.info().name()).isEqualTo("worker");
            assertThat(handle.info().parentId()).isEqualTo(host.id());
            assertThat(handle.info().state()).isEqualTo(TaskInfo.State.READY);
            AnyIO.awaitAllTasksBlocked();
            TaskInfo waiting = handle.info();
            assertThat(waiting).isEqualTo(own.getFirst());
            assertThat(waiting.state()).isEqualTo(TaskInfo.State.WAITING);
            assertThat(waiting.waitsFor()).contains("Event");
            assertThat(waiting.hasPendingCancellation()).isFalse();
            handle.cancel();
            assertThat(handle.info().hasPendingCancellation()).isTrue();
            handle.await();
            TaskInfo ended = handle.info();
            assertThat(ended).isEqualTo(waiting);
            assertThat(ended.name()).isEqualTo("worker");
            assertThat(ended.parentId()).isEqualTo(host.id());
            assertThat(ended.state()).isEqualTo(TaskInfo.State.ENDED);
            assertThat(ended.hasPendingCancellation()).isFalse();
        });
    }

    @SimulatedTest
    void itKeepsNothingOfATaskThatHasEnded() {
        ContextVar<Object> variable = ContextVar.create("variable");
        List<TaskHandle<?>> handles = new ArrayList<>();
        List<WeakReference<Object>> values = new ArrayList<>();
        TaskGroup.run(group -> variable.where(new Object(), () -> {
            values.add(new WeakReference<>(variable.get()));
            handles.add(group.startSoon(() -> {}));
        }));
        for (int i = 0; i < 100 && values.getFirst().get() != null; i++) {
            System.gc();
        }
        assertThat(values.getFirst().get()).isNull();
        assertThat(handles.getFirst().status()).isEqualTo(TaskHandle.Status.FINISHED);
    }

    @SimulatedTest
    void aTaskThatIsStartedForItsReportHasOneToo() {
        TaskGroup.run(group -> {
            StartedTask<String, Long> started = group.startHandle(status -> {
                status.started(AnyIO.currentTask().id());
                return "value";
            });
            assertThat(started.handle().info().id()).isEqualTo(started.startValue());
        });
    }
}
