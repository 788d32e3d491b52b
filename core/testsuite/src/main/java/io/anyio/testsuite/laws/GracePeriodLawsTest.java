package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Tests of grace periods: the order of request and cancellation, and requests from other threads. */
class GracePeriodLawsTest {
    private static final Duration LONG = Duration.ofHours(1);

    @AnyIOTest
    void whoIsAskedMayEndInPeaceAndWhoStaysIsCancelled() {
        var begun = Event.create();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> {
                begun.set();
                StopRequest.await();
                AnyIO.checkpoint(); // not cancelled yet
                AnyIO.sleepForever();
            }));
            begun.await();
            scope.cancelAfter(LONG);
            Await.settled();
            assertThat(scope.cancelCalled()).isFalse();
            scope.cancelAfter(Duration.ofMillis(1));
        });
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest(simulated = false) // a simulation does not support other threads
    void anyThreadMayAskTasksOfEveryLoop() {
        var waiting = new AtomicInteger();
        var asked = new AtomicInteger();
        TaskGroup.run(group -> {
            for (int i = 0; i < 50; i++) {
                group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                    waiting.incrementAndGet();
                    StopRequest.await();
                    asked.incrementAndGet();
                });
            }
            Await.until(() -> waiting.get() == 50);
            Thread.startVirtualThread(() -> group.cancelScope().cancelAfter(LONG));
        });
        assertThat(asked).hasValue(50);
    }

    @AnyIOTest(simulated = false) // a simulation does not support other threads
    void aTaskThatBeginsToListenMeanwhileDoesNotMissTheRequest() {
        for (int round = 0; round < 200; round++) {
            TaskGroup.run(group -> {
                Thread.startVirtualThread(() -> group.cancelScope().cancelAfter(LONG));
                for (int i = 0; i < 3; i++) {
                    group.startSoon(StopRequest::await);
                }
                assertThat(StopRequest.moveOn(() -> AnyIO.sleepForever()).cancelledCaught())
                        .isTrue();
            });
        }
    }

    @AnyIOTest(simulated = false) // a simulation does not support other threads
    void aScopeAskedWhileItIsEnteredHasItsPeriod() {
        for (int round = 0; round < 200; round++) {
            var scope = CancelScope.create();
            Thread.startVirtualThread(() -> scope.cancelAfter(Duration.ofNanos(1)));
            scope.run(() -> AnyIO.sleepForever());
            assertThat(scope.cancelledCaught()).isTrue();
        }
    }
}
