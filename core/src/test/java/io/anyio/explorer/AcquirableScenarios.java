package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What holds for every {@link AcquirableView}: programs that rely only on its places. */
final class AcquirableScenarios {
    private AcquirableScenarios() {}

    private interface Program {
        void run(ScenarioContext ctx, AcquirableView acquirable);
    }

    static List<Scenario> all() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("serves in the order of arrival", AcquirableScenarios::order);
        programs.put("is handed over at once and cannot be snatched", AcquirableScenarios::handOver);
        programs.put("is passed over cancelled waiters at any place of the line", AcquirableScenarios::cancelledInLine);
        programs.put("is passed on by an owner that is cancelled", AcquirableScenarios::cancelledOwner);
        programs.put("is passed on by an owner that fails", AcquirableScenarios::failingOwner);
        programs.put("keeps its owner under a shield within a time-out", AcquirableScenarios::shieldedOwner);
        programs.put("is never taken in a cancelled scope", AcquirableScenarios::notWhenCancelled);
        programs.put("counts who waits and who holds at each step", AcquirableScenarios::counts);
        programs.put("survives a storm of time-outs", (ctx, acquirable) -> storm(ctx, acquirable, 1));
        List<Scenario> scenarios = new ArrayList<>();
        AcquirableView.single()
                .forEach((name, make) -> programs.forEach((what, program) -> scenarios.add(
                        new Scenario("gates/" + name + " " + what, ctx -> program.run(ctx, make.make(ctx, 1))))));
        AcquirableView.single().forEach((name, make) -> {
            boolean fast = name.endsWith("fast");
            scenarios.add(new Scenario(
                    "gates/" + name + (fast ? " keeps" : " does not keep") + " its loop when it is free",
                    ctx -> yields(ctx, make.make(ctx, 1), fast)));
        });
        AcquirableView.wide()
                .forEach((name, make) -> scenarios.add(new Scenario(
                        "gates/" + name + " of three survives a storm", ctx -> storm(ctx, make.make(ctx, 3), 3))));
        return scenarios;
    }

    private static void order(ScenarioContext ctx, AcquirableView acquirable) {
        List<Integer> arrived = new ArrayList<>();
        List<Integer> served = new ArrayList<>();
        acquirable.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                int number = i;
                ctx.go(group, "waiter" + i, () -> {
                    arrived.add(number);
                    acquirable.acquire();
                    served.add(number);
                    ctx.dawdle(2);
                    acquirable.release();
                });
            }
            ScenarioContext.settle();
            ctx.equal(acquirable.waiting(), 6, "who waits");
            acquirable.release();
        });
        ctx.equal(served, arrived, "the order");
    }

    private static void handOver(ScenarioContext ctx, AcquirableView acquirable) {
        boolean[] has = {false};
        acquirable.acquireNow();
        TaskGroup.run(group -> {
            ctx.go(group, "next", () -> {
                acquirable.acquire();
                has[0] = true;
                AnyIO.sleep(ScenarioContext.ms(1));
                acquirable.release();
            });
            ScenarioContext.settle();
            acquirable.release();
            ctx.equal(acquirable.waiting(), 0, "who waits after the release");
            ctx.equal(acquirable.taken(), 1, "places taken after the release");
            ctx.expectThrown(WouldBlockException.class, acquirable::acquireNow);
            ctx.go(group, "barger", () -> {
                acquirable.acquire();
                ctx.expect(has[0], "a task overtook the next one");
                acquirable.release();
            });
        });
        ctx.expect(has[0], "the next one never got it");
    }

    private static void cancelledInLine(ScenarioContext ctx, AcquirableView acquirable) {
        List<Integer> served = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<TaskHandle<?>> waiters = new ArrayList<>();
        acquirable.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                waiters.add(ctx.go(group, "waiter" + i, () -> {
                    acquirable.acquire();
                    served.add(number);
                    acquirable.release();
                }));
                ScenarioContext.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (ctx.flip()) {
                    waiters.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            ctx.waiting(acquirable.waiting(), expected.size(), 5);
            if (ctx.flip()) {
                ScenarioContext.settle(); // those who were cancelled leave the line before the release, or find it gone
                ctx.equal(acquirable.waiting(), expected.size(), "who waits when the cancelled ones have gone");
            }
            acquirable.release();
        });
        ctx.equal(served, expected, "who was served");
    }

    private static void cancelledOwner(ScenarioContext ctx, AcquirableView acquirable) {
        boolean[] served = {false};
        var held = ctx.event();
        TaskGroup.run(group -> {
            var owner = ctx.go(group, "owner", () -> {
                acquirable.acquire();
                try {
                    held.set();
                    AnyIO.sleepForever();
                } finally {
                    acquirable.release();
                }
            });
            held.await();
            ctx.go(
                    group,
                    "next",
                    () -> Timeouts.failAfter(ScenarioContext.ms(10), () -> {
                        acquirable.acquire();
                        served[0] = true;
                        acquirable.release();
                    }));
            ctx.dawdle(3);
            owner.cancel();
        });
        ctx.expect(served[0], "the next one never got it");
    }

    private static void failingOwner(ScenarioContext ctx, AcquirableView acquirable) {
        List<String> served = new ArrayList<>();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> {
                    for (int i = 0; i < 3; i++) {
                        ctx.go(
                                outer,
                                "outside" + i,
                                () -> CancelScope.shielded(() -> {
                                    acquirable.acquire();
                                    served.add("outside");
                                    ctx.dawdle(1);
                                    acquirable.release();
                                }));
                    }
                    ctx.go(
                            outer,
                            "inside",
                            () -> TaskGroup.run(inner -> {
                                ctx.go(inner, "waiter", () -> {
                                    acquirable.acquire();
                                    try {
                                        AnyIO.sleepForever();
                                    } finally {
                                        acquirable.release();
                                    }
                                });
                                ctx.go(inner, "owner", () -> {
                                    ctx.dawdle(2);
                                    throw new IllegalArgumentException("on purpose");
                                });
                            }));
                }));
        ctx.equal(failures.collapse().getMessage(), "on purpose", "the failure");
        ctx.equal(served.size(), 3, "who was served under a shield");
    }

    private static void shieldedOwner(ScenarioContext ctx, AcquirableView acquirable) {
        boolean[] finished = {false};
        var scope = Timeouts.moveOnAfter(ScenarioContext.ms(5), () -> {
            acquirable.acquire();
            try {
                CancelScope.shielded(() -> {
                    AnyIO.sleep(ScenarioContext.ms(20));
                    finished[0] = true;
                });
                AnyIO.checkpoint();
            } finally {
                acquirable.release();
            }
        });
        ctx.expect(finished[0] && scope.cancelledCaught(), "the shielded part was cut, or the time-out not told");
        ctx.equal(ctx.now(), 20L, "the time");
    }

    private static void notWhenCancelled(ScenarioContext ctx, AcquirableView acquirable) {
        var scope = CancelScope.create();
        scope.cancel();
        TaskGroup.run(group -> {
            if (ctx.flip()) {
                ctx.go(group, "holder", () -> {
                    acquirable.acquire();
                    AnyIO.sleep(ScenarioContext.ms(2));
                    acquirable.release();
                });
                ScenarioContext.settle(); // a checkpoint in a cancelled scope lets it run
            }
            int before = acquirable.taken();
            scope.run(() -> {
                ctx.expectCancelled("acquire in a cancelled scope", acquirable::acquire);
                ctx.equal(acquirable.taken(), before, "places taken");
                ctx.equal(acquirable.waiting(), 0, "who waits");
                ctx.expectCancelled("acquire in a cancelled scope, again", acquirable::acquire);
            });
        });
        ctx.expect(!scope.cancelledCaught(), "the scope caught what was swallowed before");
    }

    private static void yields(ScenarioContext ctx, AcquirableView acquirable, boolean fast) {
        int[] others = {0};
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                while (others[0] < 50) {
                    others[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 50; i++) {
                acquirable.acquire();
                acquirable.release();
            }
            ctx.expect(fast == (others[0] == 0), "the other one ran " + others[0] + " times");
        });
    }

    private static void counts(ScenarioContext ctx, AcquirableView acquirable) {
        acquirable.acquireNow();
        List<CancelScope> scopes = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 1; i <= 4; i++) {
                var scope = CancelScope.create();
                scopes.add(scope);
                ctx.go(
                        group,
                        "waiter" + i,
                        () -> scope.run(() -> {
                            acquirable.acquire();
                            acquirable.release();
                        }));
                ScenarioContext.settle();
                ctx.equal(acquirable.waiting(), i, "who waits");
            }
            ctx.equal(acquirable.taken(), 1, "places taken");
            scopes.get(ctx.pick(4)).cancel();
            ctx.waiting(acquirable.waiting(), 3, 4);
            ScenarioContext.settle();
            ctx.equal(acquirable.waiting(), 3, "who waits, when the cancelled one has gone");
            acquirable.release();
            ctx.equal(acquirable.waiting(), 2, "who waits, right after the release");
        });
        ctx.equal(acquirable.taken(), 0, "places taken in the end");
        ctx.equal(scopes.stream().filter(CancelScope::cancelledCaught).count(), 1L, "scopes that caught");
    }

    private static void storm(ScenarioContext ctx, AcquirableView acquirable, int places) {
        int[] inside = {0};
        int[] ends = {0};
        Event over = ctx.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                var handle = ctx.go(group, "worker" + i, () -> {
                    try {
                        Timeouts.moveOnAfter(ctx.upTo(6), () -> {
                            AnyIO.sleep(ctx.upTo(3));
                            acquirable.acquire();
                            try {
                                inside[0]++;
                                ctx.expect(inside[0] <= places, inside[0] + " are inside of " + places);
                                if (ctx.flip()) {
                                    AnyIO.sleep(ctx.upTo(3));
                                } else {
                                    CancelScope.shielded(() -> AnyIO.sleep(ctx.upTo(3)));
                                }
                            } finally {
                                inside[0]--;
                                acquirable.release();
                            }
                        });
                    } catch (Cancelled c) {
                        ctx.note("cancelled");
                        throw c;
                    } finally {
                        if (++ends[0] == 8) {
                            over.set();
                        }
                    }
                });
                if (ctx.pick(4) == 0) {
                    ctx.go(group, "canceller" + i, () -> {
                        AnyIO.sleep(ctx.upTo(4));
                        handle.cancel();
                    });
                }
            }
            over.await();
        });
        ctx.equal(inside[0], 0, "who is inside in the end");
        Timeouts.failAfter(ScenarioContext.ms(1), acquirable::acquire);
        acquirable.release();
    }
}
