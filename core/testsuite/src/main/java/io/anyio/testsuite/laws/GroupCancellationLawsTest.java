package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;

/** Tests of how a cancellation propagates through groups, down to their tasks and up to its caller. */
class GroupCancellationLawsTest {

    @AnyIOTest
    @Law({10})
    @Ported({"TG::test_nested_task_group_filtering"})
    void nestedGroupsGiveNestedFailuresWithoutCancellations() {
        var waiting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> {
                    outer.startSoon(() -> {
                        waiting.await();
                        throw new IllegalArgumentException("parent task failed");
                    });
                    TaskGroup.run(inner -> {
                        inner.startSoon(() -> {
                            try {
                                waiting.set();
                                AnyIO.sleepForever();
                            } finally {
                                throwing("child task failed");
                            }
                        });
                        AnyIO.sleepForever();
                    });
                }));
        assertThat(thrown.exceptions()).hasSize(2);
        assertThat(thrown.exceptions().get(0)).hasMessage("parent task failed");
        assertThat(thrown.exceptions().get(1))
                .isInstanceOfSatisfying(
                        ExceptionGroup.class,
                        nested -> assertThat(nested.exceptions())
                                .singleElement()
                                .satisfies(only -> assertThat(only).hasMessage("child task failed")));
        assertThat(thrown.contains(Cancelled.class)).isFalse();
    }

    @AnyIOTest
    @Law({11})
    @Ported({"TG::test_single_cancellation_exc"})
    void nothingButCancellationLeavesAGroupAsOneBareCancellation() {
        Throwable[] seen = new Throwable[1];
        var scope = CancelScope.open(outer -> {
            try {
                TaskGroup.run(group -> {
                    var waiting = Event.create();
                    group.startSoon(() -> {
                        waiting.set();
                        AnyIO.sleepForever();
                    });
                    waiting.await();
                    outer.cancel();
                    AnyIO.sleepForever();
                });
            } catch (Throwable thrown) {
                seen[0] = thrown;
                throw thrown;
            }
        });
        assertThat(seen[0]).isExactlyInstanceOf(Cancelled.class);
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({12})
    @Ported({"TG::test_escaping_cancelled_exception"})
    void aGroupCatchesTheCancellationOfItsOwnScope() {
        CancelScope[] scope = new CancelScope[1];
        TaskGroup.run(group -> {
            scope[0] = group.cancelScope();
            group.cancel();
            AnyIO.checkpoint();
        });
        assertThat(scope[0].cancelCalled()).isTrue();
        assertThat(scope[0].cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({12, 18})
    @Ported({"TG::test_cancel", "TG::test_level_cancellation"})
    void aCancelledTaskStillRunsToItsFirstCheckpoint() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                trail.add("begun");
                AnyIO.checkpoint();
                trail.add("not reached");
            });
            group.cancel();
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({12, 72})
    @Ported({"TG::test_cancel_with_reason"})
    void aGroupCanBeCancelledWithAReason() {
        TaskGroup.run(group -> {
            group.cancel("test reason");
            assertThat(catchThrowable(AnyIO::checkpoint))
                    .isInstanceOf(Cancelled.class)
                    .hasMessageContaining("test reason");
        });
    }

    @AnyIOTest
    @Law({13})
    @Ported({"TG::test_cancel_exiting_task_group"})
    void cancellingAGroupThatWaitsAtItsEndReachesTheTasksAndTheWaitGoesOn() {
        var trail = new Trail();
        var waiting = Event.create();
        TaskGroup.run(outer -> {
            outer.startSoon(() -> {
                TaskGroup.run(inner -> inner.startSoon(() -> {
                    try {
                        waiting.set();
                        AnyIO.sleepForever();
                    } finally {
                        CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(2)));
                        trail.add("cleaned up");
                    }
                }));
                trail.add("not reached");
            });
            waiting.await();
            outer.cancel();
        });
        assertThat(trail.events()).containsExactly("cleaned up");
    }

    @AnyIOTest
    @Law({13, 14})
    @Ported({"TG::test_cancel_cascade", "TG::test_cancel_propagation", "TG::test_cancel_propagation_with_inner_spawn"})
    void cancellationReachesTheHostAndTheTasksOfANestedGroup() {
        var trail = new Trail();
        var task = Event.create();
        var host = Event.create();
        TaskGroup.run(outer -> {
            outer.startSoon(() -> {
                TaskGroup.run(inner -> {
                    inner.startSoon(() -> noted(trail, "task", task));
                    noted(trail, "host", host);
                });
                trail.add("not reached");
            });
            task.await();
            host.await();
            outer.cancel();
        });
        assertThat(trail.events()).containsExactlyInAnyOrder("task", "host");
    }

    @AnyIOTest
    @Law({17})
    @Ported({"TG::test_cancelled_parent"})
    void aTaskStartedInACancelledGroupRunsToItsFirstCheckpoint() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.cancel();
            group.startSoon(() -> {
                trail.add("begun");
                CancelScope.open(_ -> AnyIO.checkpoint());
                throw new AssertionError("not reached");
            });
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({25, 91})
    @Ported({"TG::test_cancel_twice", "TG::TestUncancel::test_uncancel_after_scope_cancel"})
    void theSameTaskCanHostTwoCancelledGroups() {
        for (int i = 0; i < 2; i++) {
            TaskGroup.run(group -> {
                group.startSoon(() -> group.cancel());
                AnyIO.sleepForever();
                throw new AssertionError("not reached");
            });
            AnyIO.checkpoint();
        }
    }

    @AnyIOTest
    @Law({26})
    @Ported({"TG::test_cancel_with_nested_task_groups", "TG::test_shielded_cancel_sleep_time"})
    void aHostThatWaitsForAShieldedTaskSleeps() {
        var event = Event.create();
        var shielded = Event.create();
        TaskGroup.run(outer -> TaskGroup.run(group -> {
            group.startSoon(() -> CancelScope.shielded(() -> {
                shielded.set();
                event.await();
            }));
            outer.startSoon(() -> CancelScope.shielded(() -> {
                shielded.await();
                group.cancel();
                AnyIO.sleep(Duration.ofMillis(5)); // on the simulation no time passes while a host polls
                assertThat(event.statistics().tasksWaiting()).isOne();
                event.set();
            }));
        }));
    }

    @AnyIOTest
    @Law({46, 57})
    @Ported({"TG::test_cancel_scope_in_child_task", "TG::test_cancel_scope_in_another_task"})
    void cancellingAScopeInsideATaskLeavesTheGroupAlone() {
        var trail = new Trail();
        var inside = Event.create();
        CancelScope[] scope = new CancelScope[1];
        TaskGroup.run(group -> {
            var child = group.startSoon(() -> {
                CancelScope.open(local -> {
                    scope[0] = local;
                    inside.set();
                    AnyIO.sleepForever();
                });
                trail.add("after the scope");
            });
            inside.await();
            scope[0].cancel();
            child.await();
            AnyIO.checkpoint();
            assertThat(group.cancelScope().cancelCalled()).isFalse();
        });
        assertThat(trail.events()).containsExactly("after the scope");
        assertThat(scope[0].cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({67})
    @Ported({"TG::test_cancel_child_task_when_host_is_shielded"})
    void tasksAreCancelledWhileTheBodyIsShielded() {
        var cancelled = Event.create();
        var waiting = Event.create();
        CancelScope.open(parent -> TaskGroup.run(group -> {
            group.startSoon(() -> {
                try {
                    waiting.set();
                    AnyIO.sleepForever();
                } catch (Cancelled c) {
                    cancelled.set();
                    throw c;
                }
            });
            waiting.await();
            CancelScope.shielded(() -> Timeouts.failAfter(Duration.ofSeconds(5), () -> {
                parent.cancel();
                cancelled.await();
            }));
        }));
        assertThat(cancelled.isSet()).isTrue();
    }

    @AnyIOTest
    @Law({7, 91})
    @Ported({"TG::TestUncancel::test_uncancel_after_child_task_failed"})
    void afterAFailedGroupTheHostIsNotCancelled() {
        assertThatThrownBy(() -> TaskGroup.run(group -> group.startSoon(() -> throwing("dummy error"))))
                .isInstanceOf(ExceptionGroup.class);
        AnyIO.checkpoint();
    }

    private static void noted(Trail trail, String name, Event waiting) {
        try {
            waiting.set();
            AnyIO.sleepForever();
        } catch (Cancelled c) {
            trail.add(name);
            throw c;
        }
    }

    private static void throwing(String message) {
        throw new IllegalArgumentException(message);
    }
}
