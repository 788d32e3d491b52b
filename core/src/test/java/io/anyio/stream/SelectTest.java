package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredFailedException;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a select gives, in which order it looks, and what it leaves alone. */
class SelectTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @SimulatedTest(leakCheck = false)
    void whatCanBeHadAtOnceIsTakenInTheOrderOfTheList() {
        var a = MemoryObjectStream.<String>create(1);
        var b = MemoryObjectStream.<String>create(1);
        a.sender().sendNow("a");
        b.sender().sendNow("b");
        assertThat(Select.first(a.receiver().onReceive(), b.receiver().onReceive()))
                .isEqualTo("a");
        assertThat(b.receiver().statistics().currentBufferUsed()).isEqualTo(1);
        assertThat(Select.first(a.receiver().onReceive(), b.receiver().onReceive()))
                .isEqualTo("b");
    }

    @SimulatedTest(leakCheck = false)
    void aFairSelectHasNoFavourites() {
        var a = MemoryObjectStream.<String>unlimited();
        var b = MemoryObjectStream.<String>unlimited();
        var taken = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            a.sender().sendNow("a");
            b.sender().sendNow("b");
            taken.add(Select.fair(a.receiver().onReceive(), b.receiver().onReceive()));
        }
        assertThat(taken).containsOnly("a", "b").filteredOn("a"::equals).hasSize(5);
    }

    @SimulatedTest(leakCheck = false, seeds = 20, loops = 2)
    void whatComesFirstIsChosenAndTheRestIsLeftAlone() {
        var a = MemoryObjectStream.<String>rendezvous();
        var b = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                while (a.receiver().statistics().tasksWaitingReceive() == 0) {
                    AnyIO.checkpoint();
                }
                b.sender().send("b");
                assertThat(a.sender().statistics().tasksWaitingReceive()).isZero();
                assertThat(catchThrowable(() -> a.sender().sendNow("a"))).isInstanceOf(WouldBlockException.class);
            });
            assertThat(Select.first(a.receiver().onReceive(), b.receiver().onReceive()))
                    .isEqualTo("b");
        });
    }

    @SimulatedTest(leakCheck = false)
    void aSendThatIsNotChosenHasSentNothing() {
        var full = MemoryObjectStream.<String>create(1);
        full.sender().sendNow("first");
        String chosen = Select.first(
                full.sender().onSend("second").then(_ -> "sent"),
                Select.after(SECOND).then(_ -> "time-out"));
        assertThat(chosen).isEqualTo("time-out");
        assertThat(full.sender().statistics().tasksWaitingSend()).isZero();
        assertThat(full.receiver().receiveNow()).isEqualTo("first");
        assertThat(full.sender().statistics().currentBufferUsed()).isZero();
    }

    @SimulatedTest(leakCheck = false)
    void aSendThatIsChosenFillsTheRoomThatAReceiverMakes() {
        var full = MemoryObjectStream.<String>create(1);
        full.sender().sendNow("first");
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.sleep(SECOND);
                assertThat(full.receiver().receive()).isEqualTo("first");
            });
            String chosen = Select.first(
                    Select.after(SECOND.multipliedBy(2)).then(_ -> "time-out"),
                    full.sender().onSend("second").then(_ -> "sent"));
            assertThat(chosen).isEqualTo("sent");
        });
        assertThat(full.receiver().receiveNow()).isEqualTo("second");
    }

    @SimulatedTest(leakCheck = false)
    void aTimeOutTakesItsTimeAndNoTimeMeansOtherwise() {
        var silent = MemoryObjectStream.<String>rendezvous();
        Deadline begin = AnyIO.currentTime();
        assertThat(Select.first(
                        silent.receiver().onReceive(), Select.after(SECOND).then(_ -> "time-out")))
                .isEqualTo("time-out");
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(SECOND);
        assertThat(Select.first(
                        silent.receiver().onReceive(),
                        Select.after(Duration.ZERO).then(_ -> "otherwise")))
                .isEqualTo("otherwise");
        assertThat(Select.first(
                        silent.receiver().onReceive(),
                        Select.at(begin.plus(SECOND.multipliedBy(3))).then(_ -> "deadline")))
                .isEqualTo("deadline");
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(SECOND.multipliedBy(3));
    }

    @SimulatedTest
    void eventsAndDeferredValuesCanBeSelected() {
        var event = Event.create();
        var deferred = Deferred.<String>create();
        var failed = Deferred.<String>create();
        failed.fail(new IllegalStateException("expected"));
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.sleep(SECOND);
                deferred.complete("value");
                AnyIO.sleep(SECOND);
                event.set();
            });
            assertThat(Select.first(event.onSet().then(_ -> "event"), deferred.onJoin()))
                    .isEqualTo("value");
            assertThat(event.statistics().tasksWaiting()).isZero();
            String late = Select.first(
                    event.onSet().then(_ -> "event"),
                    Select.after(SECOND.multipliedBy(9)).then(_ -> "time-out"));
            assertThat(late).isEqualTo("event");
            assertThat(Select.first(event.onSet().then(_ -> "event"), deferred.onJoin()))
                    .isEqualTo("event");
        });
        assertThatThrownBy(() -> Select.first(failed.onJoin())).isInstanceOf(DeferredFailedException.class);
    }

    @SimulatedTest(leakCheck = false)
    void closedStreamsAreChosenAndThrowWhatTheCallThrows() {
        var ended = MemoryObjectStream.<String>create(1);
        ended.sender().close();
        assertThatThrownBy(() -> Select.first(ended.receiver().onReceive())).isInstanceOf(EndOfStreamException.class);
        ended.receiver().close();
        assertThatThrownBy(() -> Select.first(ended.receiver().onReceive()))
                .isInstanceOf(ClosedResourceException.class);

        var broken = MemoryObjectStream.<String>create(1);
        broken.receiver().close();
        assertThatThrownBy(() -> Select.first(broken.sender().onSend("x"))).isInstanceOf(BrokenResourceException.class);
    }

    @SimulatedTest(leakCheck = false, seeds = 20, loops = 2)
    void theOtherEndMayCloseMeanwhile() {
        var ended = MemoryObjectStream.<String>rendezvous();
        var broken = MemoryObjectStream.<String>rendezvous();
        var never = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.sleep(SECOND);
                ended.sender().close();
                broken.receiver().close();
            });
            group.startSoon(() -> assertThatThrownBy(
                            () -> Select.first(never.onSet(), broken.sender().onSend("x")))
                    .isInstanceOf(BrokenResourceException.class));
            assertThatThrownBy(() -> Select.first(
                            never.onSet().then(_ -> "never"), ended.receiver().onReceive()))
                    .isInstanceOf(EndOfStreamException.class);
        });
        assertThat(never.statistics().tasksWaiting()).isZero();
    }

    @SimulatedTest(leakCheck = false)
    void aCancelledSelectTakesNothingAndLeavesEveryQueue() {
        var ready = MemoryObjectStream.<String>create(1);
        ready.sender().sendNow("item");
        var silent = MemoryObjectStream.<String>rendezvous();
        var event = Event.create();
        CancelScope.open(scope -> {
            scope.cancel();
            assertThatThrownBy(() -> Select.first(ready.receiver().onReceive())).isInstanceOf(Cancelled.class);
        });
        assertThat(ready.receiver().receiveNow()).isEqualTo("item");
        var scope = Timeouts.moveOnAfter(
                SECOND,
                () -> Select.first(
                        silent.receiver().onReceive(),
                        silent.sender().onSend("x").then(_ -> "sent"),
                        event.onSet().then(_ -> "event"),
                        Select.after(SECOND.multipliedBy(5)).then(_ -> "time-out")));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(silent.receiver().statistics().tasksWaitingReceive()).isZero();
        assertThat(silent.receiver().statistics().tasksWaitingSend()).isZero();
        assertThat(event.statistics().tasksWaiting()).isZero();
        Deadline before = AnyIO.currentTime();
        AnyIO.sleep(SECOND.multipliedBy(9)); // the alarm is gone: nothing fires for a task that has gone on
        assertThat(AnyIO.currentTime().since(before)).isEqualTo(SECOND.multipliedBy(9));
    }

    @SimulatedTest(leakCheck = false, seeds = 50)
    void aSelectDoesNotMeetItself() {
        var both = MemoryObjectStream.<String>rendezvous();
        String chosen = Select.first(
                both.receiver().onReceive(),
                both.sender().onSend("own").then(_ -> "sent"),
                Select.after(SECOND).then(_ -> "alone"));
        assertThat(chosen).isEqualTo("alone");
    }

    @SimulatedTest(leakCheck = false)
    void oneClauseCanBeUsedByManySelects() {
        var numbers = MemoryObjectStream.<Integer>unlimited();
        SelectClause<Integer> next = numbers.receiver().onReceive().then(number -> number * 10);
        List<Integer> taken = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(() -> taken.add(Select.first(next)));
            }
            AnyIO.sleep(SECOND);
            for (int i = 1; i <= 3; i++) {
                numbers.sender().sendNow(i);
            }
        });
        assertThat(taken).containsExactlyInAnyOrder(10, 20, 30);
    }

    @SimulatedTest(seeds = 20, loops = 2)
    void locksAndSlotsCanBeSelected() {
        var lock = Lock.create();
        var slots = Semaphore.create(1);
        slots.acquire();
        TaskGroup.run(group -> {
            group.startSoon(() -> lock.run(() -> AnyIO.sleep(SECOND)));
            AnyIO.awaitAllTasksBlocked();
            group.startSoon(() -> {
                AnyIO.sleep(Duration.ofMillis(1500));
                slots.release();
            });
            for (int i = 0; i < 2; i++) {
                String got = Select.first(
                        slots.onAcquire().then(_ -> "slot"), lock.onAcquire().then(_ -> "lock"));
                if (i == 0) {
                    assertThat(got).isEqualTo("lock");
                    assertThat(lock.statistics().owner()).contains(AnyIO.currentTask());
                    assertThatThrownBy(() -> Select.first(lock.onAcquire())).isInstanceOf(IllegalStateException.class);
                    lock.release();
                    group.startSoon(() -> lock.run(AnyIO::sleepForever));
                    AnyIO.awaitAllTasksBlocked();
                } else {
                    assertThat(got).isEqualTo("slot");
                }
            }
            assertThat(lock.statistics().tasksWaiting()).isZero();
            assertThat(slots.value()).isZero();
            group.cancel();
        });
        assertThat(lock.isLocked()).isFalse();
    }

    @SimulatedTest
    void nothingToWaitForIsAMistake() {
        assertThatThrownBy(() -> Select.first(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Select.fair(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isForTasksOnly() {
        var event = Event.create();
        assertThatThrownBy(() -> Select.first(event.onSet())).isInstanceOf(NoEventLoopException.class);
    }
}
