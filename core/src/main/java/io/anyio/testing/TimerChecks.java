package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The checks of {@link BackendContract} for the clock and the timers. */
final class TimerChecks {
    private TimerChecks() {}

    static void addTo(BackendChecks checks) {
        checks.addInTask("timers fire in the order of their deadlines", TimerChecks::order);
        checks.addInTask("no timer fires early", TimerChecks::notEarly);
        checks.addInTask("a time-out ends a wait", TimerChecks::timeOut);
        checks.addInTask("a time-out that was not reached has no effect", TimerChecks::notReached);
        checks.addInTask("a deadline can be moved in both directions", TimerChecks::moved);
    }

    private static void order() {
        List<Deadline> fired = new ArrayList<>();
        List<Integer> delays = List.of(30, 5, 20, 10, 25, 15, 1);
        TaskGroup.run(group -> {
            for (int delay : delays) {
                group.startSoon(() -> {
                    Deadline deadline = Deadline.after(Duration.ofMillis(delay));
                    AnyIO.sleepUntil(deadline);
                    fired.add(deadline);
                });
            }
        });
        Expect.equal(fired.stream().sorted().toList(), fired, "the order of the timers");
    }

    private static void notEarly() {
        for (int millis : List.of(0, 1, 2, 5, 20)) {
            Duration delay = Duration.ofMillis(millis);
            Deadline begin = AnyIO.currentTime();
            AnyIO.sleep(delay);
            Duration slept = AnyIO.currentTime().since(begin);
            Expect.that(
                    slept.compareTo(delay) >= 0,
                    "Expected a sleep of " + delay + " to last at least that long, but it lasted " + slept);
        }
    }

    private static void timeOut() {
        CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(5), () -> AnyIO.sleepForever());
        Expect.that(scope.cancelledCaught(), "Expected a time-out to end sleepForever");
        Expect.thrown(
                TimedOutException.class,
                "failAfter",
                () -> Timeouts.failAfter(Duration.ofMillis(5), () -> AnyIO.sleepForever()));
    }

    private static void notReached() {
        CancelScope scope = Timeouts.moveOnAfter(Duration.ofHours(1), () -> AnyIO.sleep(Duration.ofMillis(1)));
        Expect.that(!scope.cancelCalled(), "Expected a time-out of an hour not to be reached in a millisecond");
        AnyIO.sleep(Duration.ofMillis(1));
    }

    private static void moved() {
        Deadline begin = AnyIO.currentTime();
        CancelScope sooner = Timeouts.moveOnAfter(Duration.ofHours(1), scope -> {
            scope.setDeadline(Deadline.after(Duration.ofMillis(5)));
            AnyIO.sleepForever();
        });
        Expect.that(sooner.cancelledCaught(), "Expected a deadline that was moved forward to end a wait");
        CancelScope later = Timeouts.moveOnAfter(Duration.ofMillis(100), scope -> {
            scope.setDeadline(Deadline.NEVER);
            AnyIO.sleep(Duration.ofMillis(110));
        });
        Expect.that(!later.cancelCalled(), "Expected a deadline that was removed not to end a wait");
        Expect.that(
                AnyIO.currentTime().since(begin).compareTo(Duration.ofMinutes(10)) < 0,
                "Expected a deadline that was moved forward to be noticed before its first time");
    }
}
