package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskHandle;
import io.anyio.sync.Event;
import io.anyio.task.Tasks;
import io.anyio.testing.junit.AnyIOTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tests of {@code asCompleted}: tasks in the order in which they end. */
class AsCompletedLawsTest {

    @AnyIOTest
    @Law({53})
    @Ported({"CU::test_as_completed_ordering"})
    void handlesComeInTheOrderOfCompletionAndTheStreamEndsAfterTheLast() {
        Event first = Event.create();
        Event second = Event.create();
        Event third = Event.create();
        second.set(); // 2, then 3, then 1
        List<Integer> values = new ArrayList<>();
        Tasks.asCompleted(
                        () -> {
                            first.await();
                            return 1;
                        },
                        () -> {
                            second.await();
                            third.set();
                            return 2;
                        },
                        () -> {
                            third.await();
                            first.set();
                            return 3;
                        })
                .run(ended -> {
                    for (TaskHandle<Integer> handle : ended) {
                        assertThat(handle.status()).isEqualTo(TaskHandle.Status.FINISHED);
                        values.add(handle.returnValue());
                    }
                });
        assertThat(values).containsExactly(2, 3, 1);
    }

    @AnyIOTest
    @Law({53})
    @Ported({"CU::test_as_completed_naming"})
    void theNamesOfTheTasksTellTheBodiesApart() {
        List<String> names = new ArrayList<>();
        Tasks.asCompleted(() -> 1, () -> 2).run(ended -> ended.forEach(handle -> names.add(handle.name())));
        String here = AsCompletedLawsTest.class.getName();
        assertThat(names).containsExactlyInAnyOrder(here + "[0]", here + "[1]");
    }

    @AnyIOTest
    @Law({53})
    @Ported({"CU::test_as_completed_no_coroutines"})
    void noBodiesAreRefused() {
        assertThatThrownBy(() -> Tasks.asCompleted(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one body");
    }

    @AnyIOTest
    @Law({52, 53})
    @Ported({"CU::test_as_completed_propagates_exception"})
    void aFailureEndsTheLoopWithAGroup() {
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Tasks.<Integer>asCompleted(
                                () -> {
                                    Event.create().await();
                                    return 1;
                                },
                                () -> {
                                    throw new IOException("boom");
                                })
                        .run(ended -> {
                            for (TaskHandle<Integer> handle : ended) {
                                assertThat(handle.status()).isEqualTo(TaskHandle.Status.FAILED);
                            }
                        }));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(IOException.class);
    }

    @AnyIOTest
    @Law({53})
    @Ported({"CU::test_as_completed_early_exit"})
    void leavingEarlyCancelsTheRest() {
        var end = new ArrayList<String>();
        int value = Tasks.<Integer>asCompleted(() -> 1, () -> {
                    try {
                        Event.create().await();
                    } catch (Cancelled c) {
                        end.add("cancelled: " + c.reason().orElse(""));
                        throw c;
                    }
                    return 2;
                })
                .call(ended -> ended.receive().returnValue());
        assertThat(value).isEqualTo(1);
        assertThat(end).containsExactly("cancelled: the block of asCompleted was left");
    }

    @AnyIOTest
    @Law({6, 53})
    void aFailureOfTheBlockCancelsTheTasksAndLeavesInAGroup() {
        var failure = new IllegalStateException("enough");
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Tasks.asCompleted(() -> {
                            AnyIO.sleepForever();
                            return 1;
                        })
                        .run(_ -> {
                            throw failure;
                        }));
        assertThat(thrown.exceptions()).containsExactly(failure);
    }

    @AnyIOTest
    @Law({53})
    void closingTheStreamDisturbsNoTask() {
        var ran = new ArrayList<Integer>();
        Tasks.asCompleted(() -> ran.add(1), () -> ran.add(2)).run(ended -> {
            ended.close();
            Await.until(() -> ran.size() == 2);
        });
        assertThat(ran).hasSize(2);
    }

    @AnyIOTest
    @Law({13, 53})
    void cancelledFromOutsideTheTasksAndTheBlockAreCancelled() {
        var looked = new ArrayList<String>();
        var scope = CancelScope.open(outer -> Tasks.asCompleted(() -> {
                    outer.cancel();
                    AnyIO.sleepForever();
                    return 1;
                })
                .run(ended -> {
                    try {
                        ended.receive();
                    } catch (Cancelled c) {
                        looked.add("cancelled");
                        throw c;
                    }
                }));
        assertThat(looked).containsExactly("cancelled");
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({53})
    void theSameBodiesCanBeRunAgain() {
        var runs = new int[1];
        var twice = Tasks.asCompleted(() -> ++runs[0]);
        assertThat(twice.<Integer>call(ended -> ended.receive().returnValue())).isEqualTo(1);
        assertThat(twice.<Integer>call(ended -> ended.receive().returnValue())).isEqualTo(2);
    }
}
