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

    private final ScenarioContext ctx;
    private final BlockingCall call;
    private final CancelTrigger trigger;
    private final Time time;
    private final boolean rivalled;
    private final List<String> served = new ArrayList<>();
    private final io.anyio.sync.Event gate;
    private int told;
    private boolean passed;

    private CancelledWaits(ScenarioContext ctx, BlockingCall call, CancelTrigger trigger) {
        this.ctx = ctx;
        this.call = call;
        this.trigger = trigger;
        Time[] times = Time.values();
        Time picked = times[ctx.pick(times.length)];
        boolean exact = picked != Time.AFTER_GRANT || (call.instant && trigger.instant);
        this.time = exact ? picked : Time.RACING;
        this.rivalled = ctx.flip();
        this.gate = ctx.event();
    }

    static List<Scenario> all() {
        List<Scenario> scenarios = new ArrayList<>();
        BlockingCalls.all()
                .forEach((call, makeCall) -> CancelTriggers.all()
                        .forEach((trigger, makeTrigger) -> scenarios.add(new Scenario(
                                "cancelled/" + call + " by " + trigger,
                                ctx -> TaskGroup.run(
                                        all -> new CancelledWaits(ctx, makeCall.make(ctx, all), makeTrigger.make(ctx))
                                                .run(all))))));
        return scenarios;
    }

    private void run(TaskGroup all) {
        ctx.note("the cancellation comes " + time);
        ctx.go(all, "host", () -> trigger.host(this::waiter));
        if (time != Time.EARLY) {
            gate.set();
        }
        ScenarioContext.settle();
        if (rivalled) {
            ctx.go(all, "rival", () -> serve("rival"));
            ScenarioContext.settle();
        }
        switch (time) {
            case EARLY -> {
                if (ctx.flip() && call.supply != BlockingCall.Supply.LOST && !rivalled) {
                    call.grant();
                    trigger.cancel();
                    gate.set();
                    ScenarioContext.settle();
                    expectCancelled();
                    finish(true);
                    return;
                }
                trigger.cancel();
                gate.set();
                ScenarioContext.settle();
                expectCancelled();
            }
            case WAITING, SWALLOWED -> {
                trigger.cancel();
                ScenarioContext.settle();
                expectCancelled();
            }
            case BEFORE_GRANT -> {
                trigger.cancel();
                call.grant();
                ScenarioContext.settle();
                expectCancelled();
                finish(true);
                return;
            }
            case AFTER_GRANT -> {
                call.grant();
                trigger.cancel();
                ScenarioContext.settle();
                ctx.expect(isServed("waiter"), "a wait that was satisfied was cancelled afterwards");
                ctx.expect(!passed, "the checkpoint after the wait did not see the cancellation");
                finish(true);
                return;
            }
            case RACING -> {
                ctx.go(all, "canceller", () -> {
                    ctx.dawdle(3);
                    trigger.cancel();
                });
                ctx.dawdle(3);
                call.grant();
                ScenarioContext.settle();
                AnyIO.sleep(ScenarioContext.ms(5));
                ctx.expect(isServed("waiter") ^ told > 0, "neither or both of served and cancelled: " + served + told);
                finish(true);
                return;
            }
            case NEVER -> {
                call.grant();
                ScenarioContext.settle();
                ctx.expect(isServed("waiter") && passed, "the wait did not end");
                finish(true);
                return;
            }
        }
        finish(false);
    }

    /** Serves all others, with no more grants than that takes. */
    private void finish(boolean granted) {
        if (!granted) {
            call.grant();
            ScenarioContext.settle();
        }
        boolean used = isServed("waiter");
        if (rivalled && used && each()) {
            ctx.expect(!isServed("rival"), "one grant served two");
            call.grant();
            ScenarioContext.settle();
        }
        if (rivalled) {
            ctx.expect(isServed("rival"), "who stood behind was not served, but " + served);
        }
        if (each() && (rivalled || used)) {
            if (call.supply == BlockingCall.Supply.LOST) {
                trigger.check(!passed);
                return;
            }
            call.grant();
        } else if (call.supply == BlockingCall.Supply.LOST) {
            trigger.check(!passed);
            return;
        }
        Timeouts.failAfter(ScenarioContext.ms(100), () -> serve("latecomer"));
        ctx.expect(
                !rivalled
                        || call.supply != BlockingCall.Supply.PASSED_ON
                        || served.indexOf("waiter") < served.indexOf("rival"),
                "not in the order of arrival: " + served);
        trigger.check(!passed);
    }

    private boolean each() {
        return call.supply == BlockingCall.Supply.KEPT || call.supply == BlockingCall.Supply.LOST;
    }

    private boolean isServed(String name) {
        return served.contains(name);
    }

    private void expectCancelled() {
        ctx.expect(!isServed("waiter"), "a wait that was cancelled was served");
        ctx.equal(told, time == Time.SWALLOWED ? 2 : 1, "how often the task was told");
        ctx.expect(!passed, "the cancelled task went on");
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
        ctx.note("waits");
        call.await();
        ctx.note("is served");
        served.add(name);
        call.giveBack();
    }
}
