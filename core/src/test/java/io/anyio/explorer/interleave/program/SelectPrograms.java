package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;

/** {@link Select}: one step, also as seen from another loop. */
final class SelectPrograms {
    private SelectPrograms() {}

    static void twoThatEnterTheSameSectionsInOppositeOrder(ProgramContext ctx) {
        var a = MemoryObjectStream.<String>rendezvous();
        var b = MemoryObjectStream.<String>rendezvous();
        String[] got = new String[2];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(0, "near"), () -> {
                got[0] = Select.first(
                        a.sender().onSend("from near").then(_ -> "sent"),
                        b.receiver().onReceive());
            });
            group.startSoon(ctx.on(1, "far"), () -> {
                got[1] = Select.first(
                        b.sender().onSend("from far").then(_ -> "sent"),
                        a.receiver().onReceive());
            });
        }));
        check(
                got[0].equals("sent") ? got[1].equals("from near") : got[0].equals("from far") && got[1].equals("sent"),
                "two selects that meet agree: " + got[0] + ", " + got[1]);
    }

    static void oneOfTwoThingsThatComeAtOnce(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>create(1);
        var event = Event.create();
        ctx.thread("sender", () -> stream.sender().sendNow("item"));
        ctx.thread("setter", event::set);
        ctx.run(() -> {
            String got = Select.first(
                    event.onSet().then(_ -> "event"), stream.receiver().onReceive());
            if (got.equals("event")) {
                check(stream.receiver().receive().equals("item"), "what was not chosen stays");
            }
        });
        check(stream.sender().statistics().currentBufferUsed() == 0, "an item is received once");
    }

    static void cancelledSelectTakesNothing(ProgramContext ctx) {
        var stream = MemoryObjectStream.<String>create(1);
        String[] got = new String[1];
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                ctx.thread("sender", () -> stream.sender().sendNow("item"));
                got[0] = Select.first(
                        Event.create().onSet().then(_ -> ""), stream.receiver().onReceive());
            });
            check((got[0] == null) == scope.cancelledCaught(), "a select gives something or is cancelled");
        });
        try {
            check(stream.receiver().receiveNow().equals("item") && got[0] == null, "an item is received once");
        } catch (WouldBlockException taken) {
            check("item".equals(got[0]), "a cancelled select takes nothing");
        }
    }
}
