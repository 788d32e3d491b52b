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

/** What holds for every {@link Gate}: programs that know nothing of it but that it has places. */
final class Gates {
    private Gates() {}

    private interface Program {
        void run(World w, Gate gate);
    }

    static List<Scenario> all() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("serves in the order of arrival", Gates::order);
        programs.put("is handed over at once and cannot be snatched", Gates::handOver);
        programs.put("is passed over cancelled waiters at any place of the line", Gates::cancelledInLine);
        programs.put("is passed on by an owner that is cancelled", Gates::cancelledOwner);
        programs.put("is passed on by an owner that fails", Gates::failingOwner);
        programs.put("keeps its owner under a shield within a time-out", Gates::shieldedOwner);
        programs.put("is never taken in a cancelled scope", Gates::notWhenCancelled);
        programs.put("counts who waits and who holds at each step", Gates::counts);
        programs.put("survives a storm of time-outs", (w, gate) -> storm(w, gate, 1));
        List<Scenario> scenarios = new ArrayList<>();
        Gate.single()
                .forEach((name, make) -> programs.forEach((what, program) -> scenarios.add(
                        new Scenario("gates/" + name + " " + what, w -> program.run(w, make.make(w, 1))))));
        Gate.single().forEach((name, make) -> {
            boolean fast = name.endsWith("fast");
            scenarios.add(new Scenario(
                    "gates/" + name + (fast ? " keeps" : " does not keep") + " its loop when it is free",
                    w -> yields(w, make.make(w, 1), fast)));
        });
        Gate.wide()
                .forEach((name, make) -> scenarios.add(new Scenario(
                        "gates/" + name + " of three survives a storm", w -> storm(w, make.make(w, 3), 3))));
        return scenarios;
    }

    private static void order(World w, Gate gate) {
        List<Integer> arrived = new ArrayList<>();
        List<Integer> served = new ArrayList<>();
        gate.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < 6; i++) {
                int number = i;
                w.go(group, "waiter" + i, () -> {
                    arrived.add(number);
                    gate.acquire();
                    served.add(number);
                    w.dawdle(2);
                    gate.release();
                });
            }
            World.settle();
            w.equal(gate.waiting(), 6, "who waits");
            gate.release();
        });
        w.equal(served, arrived, "the order");
    }

    private static void handOver(World w, Gate gate) {
        boolean[] has = {false};
        gate.acquireNow();
        TaskGroup.run(group -> {
            w.go(group, "next", () -> {
                gate.acquire();
                has[0] = true;
                AnyIO.sleep(World.ms(1));
                gate.release();
            });
            World.settle();
            gate.release();
            w.equal(gate.waiting(), 0, "who waits after the release");
            w.equal(gate.taken(), 1, "places taken after the release");
            w.expectThrown(WouldBlockException.class, gate::acquireNow);
            w.go(group, "barger", () -> {
                gate.acquire();
                w.expect(has[0], "somebody overtook who was next");
                gate.release();
            });
        });
        w.expect(has[0], "the next one never got it");
    }

    private static void cancelledInLine(World w, Gate gate) {
        List<Integer> served = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<TaskHandle<?>> waiters = new ArrayList<>();
        gate.acquireNow();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                waiters.add(w.go(group, "waiter" + i, () -> {
                    gate.acquire();
                    served.add(number);
                    gate.release();
                }));
                World.settle();
            }
            for (int i = 0; i < 5; i++) {
                if (w.flip()) {
                    waiters.get(i).cancel();
                } else {
                    expected.add(i);
                }
            }
            w.waiting(gate.waiting(), expected.size(), 5);
            if (w.flip()) {
                World.settle(); // those who were cancelled leave the line before the release, or find it gone
                w.equal(gate.waiting(), expected.size(), "who waits when the cancelled ones have gone");
            }
            gate.release();
        });
        w.equal(served, expected, "who was served");
    }

    private static void cancelledOwner(World w, Gate gate) {
        boolean[] served = {false};
        var held = w.event();
        TaskGroup.run(group -> {
            var owner = w.go(group, "owner", () -> {
                gate.acquire();
                try {
                    held.set();
                    AnyIO.sleepForever();
                } finally {
                    gate.release();
                }
            });
            held.await();
            w.go(
                    group,
                    "next",
                    () -> Timeouts.failAfter(World.ms(10), () -> {
                        gate.acquire();
                        served[0] = true;
                        gate.release();
                    }));
            w.dawdle(3);
            owner.cancel();
        });
        w.expect(served[0], "the next one never got it");
    }

    private static void failingOwner(World w, Gate gate) {
        List<String> served = new ArrayList<>();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> TaskGroup.run(outer -> {
                    for (int i = 0; i < 3; i++) {
                        w.go(
                                outer,
                                "outside" + i,
                                () -> CancelScope.shielded(() -> {
                                    gate.acquire();
                                    served.add("outside");
                                    w.dawdle(1);
                                    gate.release();
                                }));
                    }
                    w.go(
                            outer,
                            "inside",
                            () -> TaskGroup.run(inner -> {
                                w.go(inner, "waiter", () -> {
                                    gate.acquire();
                                    try {
                                        AnyIO.sleepForever();
                                    } finally {
                                        gate.release();
                                    }
                                });
                                w.go(inner, "owner", () -> {
                                    w.dawdle(2);
                                    throw new IllegalArgumentException("on purpose");
                                });
                            }));
                }));
        w.equal(failures.collapse().getMessage(), "on purpose", "the failure");
        w.equal(served.size(), 3, "who was served under a shield");
    }

    private static void shieldedOwner(World w, Gate gate) {
        boolean[] finished = {false};
        var scope = Timeouts.moveOnAfter(World.ms(5), () -> {
            gate.acquire();
            try {
                CancelScope.shielded(() -> {
                    AnyIO.sleep(World.ms(20));
                    finished[0] = true;
                });
                AnyIO.checkpoint();
            } finally {
                gate.release();
            }
        });
        w.expect(finished[0] && scope.cancelledCaught(), "the shielded part was cut, or the time-out not told");
        w.equal(w.now(), 20L, "the time");
    }

    private static void notWhenCancelled(World w, Gate gate) {
        var scope = CancelScope.create();
        scope.cancel();
        TaskGroup.run(group -> {
            if (w.flip()) {
                w.go(group, "holder", () -> {
                    gate.acquire();
                    AnyIO.sleep(World.ms(2));
                    gate.release();
                });
                World.settle(); // a checkpoint in a cancelled scope lets it run
            }
            int before = gate.taken();
            scope.run(() -> {
                w.expectCancelled("acquire in a cancelled scope", gate::acquire);
                w.equal(gate.taken(), before, "places taken");
                w.equal(gate.waiting(), 0, "who waits");
                w.expectCancelled("acquire in a cancelled scope, again", gate::acquire);
            });
        });
        w.expect(!scope.cancelledCaught(), "the scope caught what was swallowed before");
    }

    private static void yields(World w, Gate gate, boolean fast) {
        int[] others = {0};
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                while (others[0] < 50) {
                    others[0]++;
                    AnyIO.checkpoint();
                }
            });
            for (int i = 0; i < 50; i++) {
                gate.acquire();
                gate.release();
            }
            w.expect(fast == (others[0] == 0), "the other one ran " + others[0] + " times");
        });
    }

    private static void counts(World w, Gate gate) {
        gate.acquireNow();
        List<CancelScope> scopes = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 1; i <= 4; i++) {
                var scope = CancelScope.create();
                scopes.add(scope);
                w.go(
                        group,
                        "waiter" + i,
                        () -> scope.run(() -> {
                            gate.acquire();
                            gate.release();
                        }));
                World.settle();
                w.equal(gate.waiting(), i, "who waits");
            }
            w.equal(gate.taken(), 1, "places taken");
            scopes.get(w.pick(4)).cancel();
            w.waiting(gate.waiting(), 3, 4);
            World.settle();
            w.equal(gate.waiting(), 3, "who waits, when the cancelled one has gone");
            gate.release();
            w.equal(gate.waiting(), 2, "who waits, right after the release");
        });
        w.equal(gate.taken(), 0, "places taken in the end");
        w.equal(scopes.stream().filter(CancelScope::cancelledCaught).count(), 1L, "scopes that caught");
    }

    private static void storm(World w, Gate gate, int places) {
        int[] inside = {0};
        int[] ends = {0};
        Event over = w.event();
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                var handle = w.go(group, "worker" + i, () -> {
                    try {
                        Timeouts.moveOnAfter(w.upTo(6), () -> {
                            AnyIO.sleep(w.upTo(3));
                            gate.acquire();
                            try {
                                inside[0]++;
                                w.expect(inside[0] <= places, inside[0] + " are inside of " + places);
                                if (w.flip()) {
                                    AnyIO.sleep(w.upTo(3));
                                } else {
                                    CancelScope.shielded(() -> AnyIO.sleep(w.upTo(3)));
                                }
                            } finally {
                                inside[0]--;
                                gate.release();
                            }
                        });
                    } catch (Cancelled c) {
                        w.note("cancelled");
                        throw c;
                    } finally {
                        if (++ends[0] == 8) {
                            over.set();
                        }
                    }
                });
                if (w.pick(4) == 0) {
                    w.go(group, "canceller" + i, () -> {
                        AnyIO.sleep(w.upTo(4));
                        handle.cancel();
                    });
                }
            }
            over.await();
        });
        w.equal(inside[0], 0, "who is inside in the end");
        Timeouts.failAfter(World.ms(1), gate::acquire);
        gate.release();
    }
}
