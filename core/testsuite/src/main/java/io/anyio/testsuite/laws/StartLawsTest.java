package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.StartBlock;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.TaskStatus;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;

/** Tests of starting a task and waiting until it reports that it is ready. */
class StartLawsTest {

    @AnyIOTest
    @Law({29})
    @Ported({"TG::test_start_no_value", "TG::test_start_with_value"})
    void startGivesWhatTheTaskReports() {
        TaskGroup.run(group -> {
            assertThat(group.<Object>start(status -> status.started())).isNull();
            assertThat(group.<String>start(status -> status.started("foo"))).isEqualTo("foo");
        });
    }

    @AnyIOTest
    @Law({31})
    @Ported({"TG::test_start_sync_wrapper"})
    void anyTaskThatIsHandedTheStatusMayReport() {
        TaskGroup.run(group -> assertThat(group.<String>start(
                        status -> TaskGroup.run(inner -> inner.startSoon(() -> status.started("by another task")))))
                .isEqualTo("by another task"));
    }

    @AnyIOTest
    @Law({30})
    @Ported({"TG::test_start_called_twice", "TG::test_start_sync_wrapper_called_twice"})
    void aSecondReportIsRefusedAndTheFirstStaysValid() {
        TaskGroup.run(group -> {
            Throwable[] second = new Throwable[1];
            int value = group.<Integer>start(status -> {
                status.started(1);
                second[0] = catchThrowable(() -> status.started(2));
            });
            assertThat(value).isOne();
            assertThat(second[0]).isInstanceOf(IllegalStateException.class).hasMessageContaining("called twice");
        });
    }

    @AnyIOTest
    @Law({32})
    @Ported({"TG::test_start_crash_before_started_call"})
    void aFailureBeforeTheReportIsThrownAsItIsAndTheGroupGoesOn() {
        var trail = new Trail();
        var foo = new IllegalArgumentException("foo");
        TaskGroup.run(group -> {
            assertThat(catchThrowable(() -> group.start(_ -> {
                        throw foo;
                    })))
                    .isSameAs(foo);
            assertThat(group.cancelScope().cancelCalled()).isFalse();
            group.startSoon(() -> trail.add("still open"));
        });
        assertThat(trail.events()).containsExactly("still open");
    }

    @AnyIOTest
    @Law({33})
    @Ported({"TG::test_start_crash_after_started_call"})
    void aFailureAfterTheReportBelongsToTheGroup() {
        int[] value = new int[1];
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(group -> value[0] = group.<Integer>start(status -> {
                    status.started(2);
                    throw new IllegalArgumentException("foo");
                })));
        assertThat(value[0]).isEqualTo(2);
        assertThat(thrown.exceptions())
                .singleElement()
                .satisfies(only -> assertThat(only).hasMessage("foo"));
    }

    @AnyIOTest
    @Law({34})
    @Ported({"TG::test_start_no_started_call"})
    void aTaskThatEndsWithoutAReportMakesStartFail() {
        TaskGroup.run(group -> {
            assertThatThrownBy(() -> group.start(_ -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without calling started()");
            AnyIO.checkpoint();
        });
    }

    @AnyIOTest
    @Law({35})
    @Ported({"TG::test_start_cancelled"})
    void inACancelledGroupTheTaskBeginsAndIsCancelledAtItsFirstCheckpoint() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.cancel();
            group.start(_ -> {
                trail.add("begun");
                AnyIO.checkpoint();
                trail.add("not reached");
            });
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({36})
    @Ported({"TG::test_no_called_started_twice"})
    void aReportToACallerThatWasCancelledIsAcceptedSilently() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            group.cancel();
            group.start(status -> {
                status.started(null);
                trail.add("reported");
            });
        });
        assertThat(trail.events()).containsExactly("reported");
    }

    @AnyIOTest
    @Law({37})
    @Ported({"TG::test_start_cancels_parent_scope"})
    void aCancelledCallerCancelsTheTaskAndNotTheGroup() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            CancelScope.open(inner -> {
                inner.cancel();
                group.start(_ -> {
                    trail.add("begun");
                    AnyIO.sleepForever();
                });
            });
            assertThat(group.cancelScope().cancelCalled()).isFalse();
            AnyIO.checkpoint();
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({37})
    void aCancelledCallerWaitsForTheEndOfTheTask() {
        var trail = new Trail();
        TaskGroup.run(group -> {
            CancelScope.open(inner -> group.start(_ -> {
                inner.cancel();
                try {
                    AnyIO.checkpoint();
                } finally {
                    CancelScope.shielded(AnyIO::checkpoint);
                    trail.add("cleaned up");
                }
            }));
            trail.add("left");
        });
        assertThat(trail.events()).containsExactly("cleaned up", "left");
    }

    @AnyIOTest
    @Law({38})
    @Ported({"TG::test_start_cancel_after_error"})
    void aStartingTaskIsCancelledWhenTheGroupAroundTheCallerFails() {
        var trail = new Trail();
        var starting = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> TaskGroup.run(inner -> {
                    inner.startSoon(() -> {
                        starting.await();
                        throw new IllegalArgumentException("cancels the second start");
                    });
                    outer.start(status -> {
                        starting.set();
                        AnyIO.sleepForever();
                        trail.add("not reached");
                        status.started(null);
                    });
                })));
        assertThat(thrown.exceptions())
                .singleElement()
                .isInstanceOfSatisfying(
                        ExceptionGroup.class,
                        inner -> assertThat(inner.exceptions())
                                .singleElement()
                                .satisfies(only -> assertThat(only).hasMessage("cancels the second start")));
        assertThat(trail.events()).isEmpty();
    }

    @AnyIOTest
    @Law({39})
    @Ported({"TG::test_cancel_shielding_start"})
    void aShieldInsideTheTaskHoldsWhileTheCallerIsCancelled() {
        var trail = new Trail();
        var resume = Event.create();
        var shielded = Event.create();
        CancelScope.open(outer -> TaskGroup.run(group -> {
            group.startSoon(() -> group.start(_ -> {
                CancelScope.shielded(() -> {
                    shielded.set();
                    resume.await();
                    trail.add("shielded part done");
                });
                AnyIO.checkpoint();
                trail.add("not reached");
            }));
            shielded.await();
            outer.cancel();
            resume.set();
        }));
        assertThat(trail.events()).containsExactly("shielded part done");
    }

    @AnyIOTest
    @Law({40})
    @Ported({"TG::test_start_return_handle_success"})
    void theHandleOfAStartedTaskGivesBothValues() {
        TaskGroup.run(group -> {
            var started = group.<Integer, Integer>startHandle(TaskOptions.DEFAULTS, status -> {
                status.started(3);
                AnyIO.checkpoint();
                return 9;
            });
            assertThat(started.startValue()).isEqualTo(3);
            assertThat(started.handle().join()).isEqualTo(9);
        });
    }

    @AnyIOTest
    @Law({40})
    @Ported({"TG::test_start_return_handle_cancel"})
    void aStartedTaskCanBeCancelledThroughItsHandle() {
        TaskGroup.run(group -> {
            var started = group.<Integer, Integer>startHandle(TaskOptions.DEFAULTS, status -> {
                status.started(3);
                AnyIO.sleepForever();
                throw new AssertionError("not reached");
            });
            started.handle().cancel();
            started.handle().await();
            assertThat(started.startValue()).isEqualTo(3);
            assertThat(started.handle().status()).isEqualTo(TaskHandle.Status.CANCELLED);
        });
    }

    @AnyIOTest
    @Law({32})
    void aFailureBeforeTheReportReachesACallerOutsideTheGroup() {
        TaskGroup.run(outer -> TaskGroup.run(group -> {
            var foo = new IllegalArgumentException("foo");
            outer.startSoon(() -> assertThat(catchThrowable(() -> group.start(_ -> {
                                throw foo;
                            })))
                            .isSameAs(foo))
                    .await();
        }));
    }

    @AnyIOTest
    @Law({29})
    void theIgnoredStatusTakesAnyNumberOfReports() {
        StartBlock<String> service = status -> {
            status.started("ready");
            status.started("ready");
        };
        TaskGroup.run(_ -> service.run(TaskStatus.ignored()));
    }

    @AnyIOTest
    @Law({36, 37})
    void aReportThatCameBeforeTheCancellationWins() {
        TaskGroup.run(group -> CancelScope.open(scope -> {
            String value = group.start(status -> {
                status.started("ready");
                scope.cancel();
            });
            assertThat(value).isEqualTo("ready");
            assertThat(catchThrowable(AnyIO::checkpoint)).isInstanceOf(Cancelled.class);
        }));
    }
}
