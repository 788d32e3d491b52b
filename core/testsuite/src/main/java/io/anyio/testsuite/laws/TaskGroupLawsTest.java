package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.util.ArrayList;
import java.util.List;

/** Tests of the life of a group: which code may start tasks in it and when, and what it throws at the end. */
class TaskGroupLawsTest {
    private static final String INACTIVE = "task group is not active; no new tasks can be started";

    @AnyIOTest
    @Law({1})
    @Ported({"TG::test_success", "TG::test_run_natively"})
    void allTasksEndBeforeTheBlockIsLeft() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            for (String name : List.of("a", "b")) {
                group.startSoon(() -> {
                    AnyIO.checkpoint();
                    AnyIO.checkpoint();
                    trail.add(name);
                });
            }
        });
        assertThat(trail.events()).containsExactlyInAnyOrder("a", "b");
    }

    @AnyIOTest
    @Law({2})
    @Ported({"TG::test_already_closed", "TG::test_start_already_closed"})
    void nothingCanBeStartedInAGroupThatWasLeft() {
        var left = TaskGroup.<TaskGroup>call(group -> group);
        assertThatThrownBy(() -> left.startSoon(AnyIO::checkpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(INACTIVE);
        assertThatThrownBy(() -> left.start(status -> status.started(null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(INACTIVE);
    }

    @AnyIOTest
    @Law({3})
    @Ported({"TG::test_start_soon_after_error"})
    void nothingCanBeStartedInAGroupThatHasFailed() {
        List<TaskGroup> groups = new ArrayList<>();
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    groups.add(group);
                    throw new ArithmeticException("no");
                }))
                .isInstanceOf(ExceptionGroup.class);
        assertThatThrownBy(() -> groups.get(0).startSoon(AnyIO::checkpoint))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(INACTIVE);
    }

    @AnyIOTest
    @Law({4})
    @Ported({"TG::test_start_soon_while_running"})
    void aTaskMayStartSiblingsWhileTheHostAlreadyWaits() {
        var trail = new Trail();
        TaskGroup.run(group -> group.startSoon(() -> {
            AnyIO.checkpoint();
            group.startSoon(() -> {
                AnyIO.checkpoint();
                group.startSoon(() -> trail.add("grandchild"));
                trail.add("child");
            });
        }));
        assertThat(trail.events()).containsExactly("child", "grandchild");
    }

    @AnyIOTest
    @Law({5})
    @Ported({"TG::test_taskgroup_reentry"})
    void theScopeOfAGroupCannotBeEnteredAgain() {
        TaskGroup.run(group -> assertThatThrownBy(() -> group.cancelScope().run(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("entered once"));
        var left = TaskGroup.<TaskGroup>call(group -> group);
        assertThatThrownBy(() -> left.cancelScope().run(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @AnyIOTest
    @Law({6})
    @Ported({"TG::test_host_exception", "TG::test_failing_host_task_cancels_children"})
    void aFailingBodyCancelsTheTasksAndComesOutInAGroupOfOne() {
        var trail = new Trail();
        var dummy = new IllegalArgumentException("dummy error");
        var waiting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        waiting.set();
                        AnyIO.sleepForever();
                        trail.add("not reached");
                    });
                    waiting.await();
                    throw dummy;
                }));
        assertThat(thrown.exceptions()).containsExactly(dummy);
        assertThat(thrown.getSuppressed()).containsExactly(dummy);
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({7})
    @Ported({"TG::test_failing_child_task_cancels_host"})
    void aFailingTaskCancelsTheBodyAndComesOutInAGroupOfOne() {
        var trail = new Trail();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        throw new IllegalArgumentException("foo");
                    });
                    AnyIO.sleepForever();
                    trail.add("not reached");
                }));
        assertThat(thrown.exceptions())
                .singleElement()
                .satisfies(only -> assertThat(only).hasMessage("foo"));
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({7})
    @Ported({"TG::test_exception_cancels_siblings"})
    void aFailingTaskCancelsItsSiblings() {
        var trail = new Trail();
        var waiting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        waiting.set();
                        AnyIO.sleepForever();
                        trail.add("not reached");
                    });
                    waiting.await();
                    group.startSoon(() -> {
                        throw new IllegalArgumentException("foo");
                    });
                }));
        assertThat(thrown.exceptions()).hasSize(1);
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({8})
    @Ported({"TG::test_exception_group_children"})
    void whatTasksThrowWhileTheyAreCancelledIsInTheGroupToo() {
        var waiting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        try {
                            waiting.set();
                            AnyIO.sleepForever();
                        } finally {
                            throwing("second");
                        }
                    });
                    group.startSoon(() -> {
                        waiting.await();
                        throwing("first");
                    });
                }));
        assertThat(thrown.exceptions()).extracting(Throwable::getMessage).containsExactly("first", "second");
    }

    @AnyIOTest
    @Law({9})
    @Ported({"TG::test_exception_group_host"})
    void whatTheBodyThrowsStandsBeforeWhatTheTasksThrowInReply() {
        var waiting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        try {
                            waiting.set();
                            AnyIO.sleepForever();
                        } finally {
                            throwing("child");
                        }
                    });
                    waiting.await();
                    throwing("host");
                }));
        assertThat(thrown.exceptions()).extracting(Throwable::getMessage).containsExactly("host", "child");
    }

    @AnyIOTest
    @Law({15})
    @Ported({"TG::test_empty_taskgroup_contains_yield_point"})
    void leavingAnEmptyGroupLetsOthersRun() {
        TaskGroup.run(outer -> {
            var other = outer.startSoon(() -> {});
            int left = 0;
            while (other.status() == TaskHandle.Status.PENDING) { // the order of two ready tasks is undefined
                TaskGroup.run(_ -> {});
                assertThat(++left).isLessThan(1000);
            }
            assertThat(left).isPositive();
        });
    }

    @AnyIOTest
    @Law({16})
    @Ported({"TG::test_cancel_before_entering_task_group"})
    void leavingAnEmptyGroupInACancelledScopeThrowsNothing() {
        var scope = CancelScope.open(cancelled -> {
            cancelled.cancel();
            assertThatCode(() -> TaskGroup.run(_ -> {})).doesNotThrowAnyException();
        });
        assertThat(scope.cancelledCaught()).isFalse();
    }

    @AnyIOTest
    @Law({19})
    @Ported({"TG::test_cancel_completed_task"})
    void cancellingAfterTheTasksHaveEndedIsNoError() {
        TaskGroup.run(group -> {
            var handle = group.startSoon(() -> {});
            handle.await();
            handle.cancel();
            group.cancel();
        });
    }

    @AnyIOTest
    @Law({20})
    @Ported({"TG::test_level_cancellation", "TG::test_cancel"})
    void aTaskNeverRunsInsideTheCallThatStartsIt() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            for (int i = 0; i < 100; i++) {
                group.startSoon(() -> trail.add("task"));
                assertThat(trail.events()).isEmpty();
            }
        });
        assertThat(trail.events()).hasSize(100);
    }

    @AnyIOTest
    @Law({28})
    @Ported({"TG::TestRefcycles::test_exception_refcycles_base_error"})
    void anErrorMakesItAnErrorGroup() {
        ErrorGroup thrown = catchThrowableOfType(
                ErrorGroup.class,
                () -> TaskGroup.run(_ -> {
                    throw new StackOverflowError("deep");
                }));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(StackOverflowError.class);
        assertThat(thrown.contains(Cancelled.class)).isFalse();
    }

    @AnyIOTest
    @Law({23})
    @Ported({"TG::test_exception_groups_suppresses_exc_context"})
    void aGroupOfFailuresDragsNothingAlongButItsMembers() {
        Throwable level = catchThrowable(() -> TaskGroup.run(outer -> {
            outer.startSoon(AnyIO::sleepForever);
            TaskGroup.run(_ -> throwing("innermost"));
        }));
        int levels = 0;
        for (; level instanceof ExceptionGroup group; level = group.exceptions().getFirst()) {
            assertThat(group).hasNoCause();
            assertThat(group.getSuppressed())
                    .as("its members, so that they are printed with it")
                    .containsExactlyElementsOf(group.exceptions());
            levels++;
        }
        assertThat(levels).isEqualTo(2);
        assertThat(level).hasMessage("innermost").hasNoCause().hasNoSuppressedExceptions();
    }

    private static void throwing(String message) {
        throw new IllegalArgumentException(message);
    }
}
