package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testing.Trail;
import io.anyio.testing.junit.AnyIOTest;

/** Tests of events: a flag that is set once. */
class EventLawsTest {
    private static final Event MADE_OUTSIDE = Event.create();
    private static final Event SET_OUTSIDE = Event.create();

    static {
        SET_OUTSIDE.set();
    }

    @AnyIOTest
    @Ported({"SY::TestEvent::test_event"})
    @Law({107})
    void settingWakesWhoWaits() {
        var event = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                assertThat(event.isSet()).isFalse();
                event.set();
                event.set();
            });
            event.await();
        });
        assertThat(event.isSet()).isTrue();
    }

    @AnyIOTest
    @Law({108})
    @Ported({"SY::TestEvent::test_event_cancel"})
    void waitingForASetEventInACancelledScopeThrows() {
        var trail = new Trail();
        var event = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                trail.add("begun");
                event.await();
                trail.add("not reached");
            });
            group.cancel();
            event.set();
        });
        assertThat(trail.events()).containsExactly("begun");
    }

    @AnyIOTest
    @Law({107})
    @Ported({"SY::TestEvent::test_statistics"})
    void theStatisticsCountWhoWaits() {
        var event = Event.create();
        TaskGroup.run(group -> {
            assertThat(event.statistics().tasksWaiting()).isZero();
            for (int i = 1; i < 4; i++) {
                var begun = Event.create();
                group.startSoon(() -> {
                    begun.set();
                    event.await();
                });
                begun.await();
                assertThat(event.statistics().tasksWaiting()).isEqualTo(i);
            }
            event.set();
            assertThat(event.statistics().tasksWaiting()).isZero();
        });
    }

    @AnyIOTest
    @Law({107})
    void whoIsCancelledCountsUntilItHasLeft() {
        var event = Event.create();
        TaskGroup.run(group -> {
            var begun = Event.create();
            var waiter = group.startSoon(() -> {
                begun.set();
                event.await();
            });
            begun.await();
            waiter.cancel();
            assertThat(event.statistics().tasksWaiting()).isOne();
            waiter.await();
            assertThat(event.statistics().tasksWaiting()).isZero();
            event.set();
        });
    }

    @AnyIOTest
    @Law({109})
    @Ported({"SY::TestEvent::test_instantiate_outside_event_loop"})
    void anEventCanBeMadeAndSetOutsideOfARun() {
        SET_OUTSIDE.await();
        assertThat(MADE_OUTSIDE.isSet()).isFalse();
        CancelScope.open(scope -> {
            scope.cancel();
            assertThat(catchThrowable(MADE_OUTSIDE::await)).isInstanceOf(Cancelled.class);
        });
        assertThat(MADE_OUTSIDE.statistics().tasksWaiting()).isZero();
    }

    @AnyIOTest(simulated = false) // a simulation does not support other threads
    @Law({109})
    void aThreadThatIsNoTaskCanSetAnEvent() {
        var event = Event.create();
        TaskGroup.run(group -> {
            var begun = Event.create();
            group.startSoon(() -> {
                begun.set();
                event.await();
            });
            begun.await();
            var thread = Thread.ofPlatform().start(event::set);
            event.await();
            assertThat(catchThrowable(thread::join)).isNull();
        });
        AnyIO.checkpoint();
    }
}
