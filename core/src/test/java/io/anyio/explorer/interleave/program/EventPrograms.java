package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;

/** {@link Event}: who waits when it is set, or comes later, goes on. */
final class EventPrograms {
    private EventPrograms() {}

    static void setReachesEverybody(Stage stage) {
        var event = Event.create();
        stage.thread("setter", event::set);
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(0, "near"), event::await);
            group.startSoon(stage.on(1, "far"), event::await);
        }));
    }

    static void setAgainstCancel(Stage stage) {
        var event = Event.create();
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "other"), event::await);
            CancelScope scope = CancelScope.open(inside -> {
                stage.thread("setter", event::set);
                stage.thread("canceller", inside::cancel);
                event.await();
            });
            check(event.isSet() || scope.cancelledCaught(), "a wait ends by the event or by the cancellation");
        }));
        check(event.statistics().tasksWaiting() == 0, "nobody waits for an event that is set");
    }
}
