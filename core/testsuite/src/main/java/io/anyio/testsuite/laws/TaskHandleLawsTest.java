package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.TaskCancelledException;
import io.anyio.TaskFailedException;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskNotFinishedException;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.util.ArrayList;
import java.util.List;

/** Tests of task handles. */
class TaskHandleLawsTest {

    @AnyIOTest
    @Law({42, 43})
    @Ported({"TG::TestCreateTask::test_return_value"})
    void aHandleGivesTheValueWhenTheTaskHasEndedAndKeepsIt() {
        List<TaskHandle<Integer>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            TaskHandle<Integer> handle = group.startSoon(TaskOptions.named("adder"), () -> 2 + 4);
            handles.add(handle);
            assertThatThrownBy(handle::returnValue).isInstanceOf(TaskNotFinishedException.class);
            assertThatThrownBy(handle::exception).isInstanceOf(TaskNotFinishedException.class);
            assertThat(handle).hasToString("TaskHandle[adder, pending]");
            assertThat(handle.join()).isEqualTo(6);
            assertThat(handle).hasToString("TaskHandle[adder, finished]");
        });
        assertThat(handles.get(0).returnValue()).isEqualTo(6);
        assertThat(handles.get(0).exception()).isEmpty();
        assertThat(handles.get(0).join()).isEqualTo(6);
    }

    @AnyIOTest
    @Law({43, 44})
    @Ported({"TG::TestCreateTask::test_exception"})
    void joiningAFailedTaskThrowsAndTheGroupStillThrowsTheOriginal() {
        var dummy = new IllegalArgumentException("dummy error");
        List<TaskHandle<?>> handles = new ArrayList<>();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    var handle = group.startSoon(TaskOptions.named("failing"), () -> {
                        throw dummy;
                    });
                    handles.add(handle);
                    assertThatThrownBy(handle::exception).isInstanceOf(TaskNotFinishedException.class);
                    handle.await();
                }));
        var handle = handles.get(0);
        assertThat(thrown.exceptions()).containsExactly(dummy);
        assertThat(handle.status()).isEqualTo(TaskHandle.Status.FAILED);
        assertThat(handle).hasToString("TaskHandle[failing, failed]");
        assertThat(handle.exception()).containsSame(dummy);
        assertThatThrownBy(handle::returnValue)
                .isExactlyInstanceOf(TaskFailedException.class)
                .hasCause(dummy);
        assertThatThrownBy(handle::join)
                .isExactlyInstanceOf(TaskFailedException.class)
                .hasCause(dummy);
    }

    @AnyIOTest
    @Law({44, 75})
    @Ported({"TG::TestCreateTask::test_exception"})
    void aBodyThatWaitsForTheFailingTaskIsToldOfTheFailureBeforeTheCancellation() {
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    var handle = group.startSoon(() -> {
                        throw new IllegalArgumentException("dummy error");
                    });
                    assertThatThrownBy(handle::join).isExactlyInstanceOf(TaskFailedException.class);
                }))
                .isInstanceOf(ExceptionGroup.class);
    }

    @AnyIOTest
    @Law({48, 28})
    @Ported({"TG::TestCreateTask::test_base_exception"})
    void aTaskThatEndsByAnErrorHasFailed() {
        List<TaskHandle<?>> handles = new ArrayList<>();
        ErrorGroup thrown = catchThrowableOfType(
                ErrorGroup.class,
                () -> TaskGroup.run(group -> handles.add(group.startSoon(() -> {
                    throw new OutOfMemoryError("pretended");
                }))));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(OutOfMemoryError.class);
        assertThat(handles.get(0).status()).isEqualTo(TaskHandle.Status.FAILED);
    }

    @AnyIOTest
    @Law({18, 45, 46})
    @Ported({"TG::TestCreateTask::test_cancel"})
    void aTaskCancelledBeforeItBeganRunsToItsFirstCheckpoint() {
        cancelsThroughTheHandle(false);
    }

    @AnyIOTest
    @Law({45, 46})
    @Ported({"TG::TestCreateTask::test_cancel"})
    void aWaitingTaskIsCancelledThroughItsHandle() {
        cancelsThroughTheHandle(true);
    }

    private static void cancelsThroughTheHandle(boolean waitUntilRunning) {
        var begun = Event.create();
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            var handle = group.startSoon(TaskOptions.named("victim"), () -> {
                begun.set();
                AnyIO.sleepForever();
            });
            handles.add(handle);
            if (waitUntilRunning) {
                begun.await();
            }
            handle.cancel();
            assertThat(handle.status()).isEqualTo(TaskHandle.Status.CANCELLING);
            assertThat(handle).hasToString("TaskHandle[victim, cancelling]");
            assertThatThrownBy(handle::returnValue).isInstanceOf(TaskCancelledException.class);
            assertThatThrownBy(handle::exception).isInstanceOf(TaskCancelledException.class);
            assertThatThrownBy(handle::join).isInstanceOf(TaskCancelledException.class);
            assertThat(group.cancelScope().cancelCalled()).isFalse();
        });
        var handle = handles.get(0);
        assertThat(begun.isSet()).isTrue();
        assertThat(handle.status()).isEqualTo(TaskHandle.Status.CANCELLED);
        assertThat(handle).hasToString("TaskHandle[victim, cancelled]");
        assertThatThrownBy(handle::join)
                .isInstanceOf(TaskCancelledException.class)
                .hasCauseInstanceOf(Cancelled.class);
    }

    @AnyIOTest
    @Law({45})
    void aCancelledTaskThatReturnsAllTheSameIsFinished() {
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(() -> "done");
            handle.cancel();
            handle.await();
            assertThat(handle.status()).isEqualTo(TaskHandle.Status.FINISHED);
            assertThat(handle.returnValue()).isEqualTo("done");
        });
    }

    @AnyIOTest
    @Law({46})
    void cancellingATaskThatHasEndedChangesNothing() {
        TaskGroup.run(group -> {
            TaskHandle<String> handle = group.startSoon(() -> "done");
            handle.await();
            handle.cancel();
            assertThat(handle.status()).isEqualTo(TaskHandle.Status.FINISHED);
        });
    }

    @AnyIOTest
    @Law({47})
    @Ported({"TG::TestCreateTask::test_wait"})
    void waitingForATaskNeverThrowsWhatItThrew() {
        List<TaskHandle<?>> handles = new ArrayList<>();
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    var handle = group.startSoon(() -> {
                        throw new IllegalArgumentException("dummy error");
                    });
                    handles.add(handle);
                    assertThat(handle.status()).isEqualTo(TaskHandle.Status.PENDING);
                    handle.await();
                }))
                .isInstanceOf(ExceptionGroup.class);
        var handle = handles.get(0);
        handle.await();
        assertThat(handle.status()).isEqualTo(TaskHandle.Status.FAILED);
        assertThat(handle.exception())
                .get()
                .satisfies(thrown -> assertThat(thrown).hasMessage("dummy error"));
    }

    @AnyIOTest
    @Law({49})
    @Ported({"TG::test_task_name_default"})
    void withoutANameTheCodeGivesItTheSameForAllWaysToStart() {
        TaskGroup.run(group -> {
            String mine = TaskHandleLawsTest.class.getName();
            var soon = group.startSoon(() -> Thread.currentThread().getName());
            var started = group.<String, Object>startHandle(TaskOptions.DEFAULTS, status -> {
                status.started();
                return Thread.currentThread().getName();
            });
            assertThat(soon.name()).isEqualTo(mine);
            assertThat(soon.join()).isEqualTo(mine);
            assertThat(started.handle().name()).isEqualTo(mine);
            assertThat(started.handle().join()).isEqualTo(mine);
        });
    }

    @AnyIOTest
    @Law({49})
    @Ported({"TG::test_task_name_custom_name", "DB::test_non_main_task_name"})
    void aGivenNameWinsAndMayBeEmpty() {
        TaskGroup.run(group -> {
            for (String name : List.of("custom name", "")) {
                var options = TaskOptions.DEFAULTS.withName(name);
                var soon = group.startSoon(
                        TaskOptions.named(name), () -> Thread.currentThread().getName());
                var started = group.<String, Object>startHandle(options, status -> {
                    status.started();
                    return Thread.currentThread().getName();
                });
                assertThat(soon.join()).isEqualTo(name);
                assertThat(soon.name()).isEqualTo(name);
                assertThat(started.handle().join()).isEqualTo(name);
                assertThat(started.handle().name()).isEqualTo(name);
            }
        });
    }
}
