package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import java.util.ArrayList;
import java.util.List;

/**
 * Every call that waits, cancelled in every way, at a time that the seed picks: while a second task stands behind the
 * cancelled one, and a third comes in the end.
 */
final class CancelledWaits {

    /** When the cancellation comes. */
    private enum Time {
        /** Before the wait begins. */
        EARLY,
        /** While the task waits. */
        WAITING,
        /** While the task waits; it swallows the cancellation and waits again. */
        SWALLOWED,
        /** Right before what the task waits for. */
        BEFORE_GRANT,
        /** Right after what the task waits for. */
        AFTER_GRANT,
        /** At about the same time as what the task waits for. */
        RACING,
        /** Not at all. */
        NEVER
    }

    private final World w;
    private final Verb verb;
    private final Kind kind;
    private final Time time;
    private final boolean rivalled;
    private final List<String> served = new ArrayList<>();
    private final io.anyio.sync.Event gate;
    private int told;
    private boolean passed;

    private CancelledWaits(World w, Verb verb, Kind kind) {
        this.w = w;
        this.verb = verb;
        this.kind = kind;
        Time[] times = Time.values();
        Time picked = times[w.pick(times.length)];
        boolean exact = picked != Time.AFTER_GRANT || (verb.instant && kind.instant);
        this.time = exact ? picked : Time.RACING;
        this.rivalled = w.flip();
        this.gate = w.event();
    }

    static List<Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>();
        Verbs.all()
                .forEach((verb, makeVerb) -> Kinds.all()
                        .forEach((kind, makeKind) -> scenarios.add(new Scenario(
                                "cancelled/" + verb + " by " + kind,
                                w -> TaskGroup.run(all ->
                                        new CancelledWaits(w, makeVerb.make(w, all), makeKind.make(w)).run(all))))));
        return scenarios;
    }

    private void run(TaskGroup all) {
        w.note("the cancellation comes " + time);
        w.go(all, "host", () -> kind.host(this::waiter));
        if (time != Time.EARLY) {
            gate.set();
        }
        World.settle();
        if (rivalled) {
            w.go(all, "rival", () -> serve("rival"));
            World.settle();
        }
        switch (time) {
            case EARLY -> {
                if (w.flip() && verb.supply != Verb.Supply.LOST && !rivalled) {
                    verb.grant();
                    kind.cancel();
                    gate.set();
                    World.settle();
                    expectCancelled();
                    finish(true);
                    return;
                }
                kind.cancel();
                gate.set();
                World.settle();
                expectCancelled();
            }
            case WAITING, SWALLOWED -> {
                kind.cancel();
                World.settle();
                expectCancelled();
            }
            case BEFORE_GRANT -> {
                kind.cancel();
                verb.grant();
                World.settle();
                expectCancelled();
                finish(true);
                return;
            }
            case AFTER_GRANT -> {
                verb.grant();
                kind.cancel();
                World.settle();
                w.expect(isServed("waiter"), "a wait that was satisfied was cancelled afterwards");
                w.expect(!passed, "the checkpoint after the wait did not see the cancellation");
                finish(true);
                return;
            }
            case RACING -> {
                w.go(all, "canceller", () -> {
                    w.dawdle(3);
                    kind.cancel();
                });
                w.dawdle(3);
                verb.grant();
                World.settle();
                AnyIO.sleep(World.ms(5));
                w.expect(isServed("waiter") ^ told > 0, "neither or both of served and cancelled: " + served + told);
                finish(true);
                return;
            }
            case NEVER -> {
                verb.grant();
                World.settle();
                w.expect(isServed("waiter") && passed, "the wait did not end");
                finish(true);
                return;
            }
        }
        finish(false);
    }

    /** Everybody else is served, with no more than it takes. */
    private void finish(boolean granted) {
        if (!granted) {
            verb.grant();
            World.settle();
        }
        boolean used = isServed("waiter");
        if (rivalled && used && each()) {
            w.expect(!isServed("rival"), "one grant served two");
            verb.grant();
            World.settle();
        }
        if (rivalled) {
            w.expect(isServed("rival"), "who stood behind was not served, but " + served);
        }
        if (each() && (rivalled || used)) {
            if (verb.supply == Verb.Supply.LOST) {
                kind.check(!passed);
                return;
            }
            verb.grant();
        } else if (verb.supply == Verb.Supply.LOST) {
            kind.check(!passed);
            return;
        }
        Timeouts.failAfter(World.ms(100), () -> serve("latecomer"));
        w.expect(
                !rivalled || verb.supply != Verb.Supply.PASSED_ON || served.indexOf("waiter") < served.indexOf("rival"),
                "not in the order of arrival: " + served);
        kind.check(!passed);
    }

    private boolean each() {
        return verb.supply == Verb.Supply.KEPT || verb.supply == Verb.Supply.LOST;
    }

    private boolean isServed(String name) {
        return served.contains(name);
    }

    private void expectCancelled() {
        w.expect(!isServed("waiter"), "a wait that was cancelled was served");
        w.equal(told, time == Time.SWALLOWED ? 2 : 1, "how often the task was told");
        w.expect(!passed, "the cancelled task went on");
    }

    private void waiter() {
        CancelScope.shielded(gate::await);
        if (time == Time.SWALLOWED) {
            swallow(() -> serve("waiter"));
        }
        try {
            serve("waiter");
        } catch (Cancelled c) {
            told++;
            throw c;
        }
        AnyIO.checkpoint();
        passed = true;
    }

    private void swallow(Runnable wait) {
        try {
            wait.run();
        } catch (Cancelled swallowed) {
            told++;
        }
    }

    private void serve(String name) {
        w.note("waits");
        verb.await();
        w.note("is served");
        served.add(name);
        verb.giveBack();
    }
}
