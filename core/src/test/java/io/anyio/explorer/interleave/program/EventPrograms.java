package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;

/** {@link Event}: tasks that wait when it is set, or come later, continue. */
final class EventPrograms {
    private EventPrograms() {}

    static void setReachesEveryWaiter(ProgramContext ctx) {
        var event = Event.create();
        ctx.thread("setter", event::set);
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(0, "near"), event::await);
            group.startSoon(ctx.on(1, "far"), event::await);
        }));
    }

    static void setAgainstCancel(ProgramContext ctx) {
        var event = Event.create();
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "other"), event::await);
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("setter", event::set);
                ctx.thread("canceller", inside::cancel);
                event.await();
            });
            check(event.isSet() || scope.cancelledCaught(), "a wait ends by the event or by the cancellation");
        }));
        check(event.statistics().tasksWaiting() == 0, "no task waits for an event that is set");
    }
}
