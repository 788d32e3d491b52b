package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Scopes: a cancellation reaches all tasks below it, and no others. */
final class ScopePrograms {
    private ScopePrograms() {}

    static void cancelAgainstWait(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                AnyIO.sleepForever();
            });
            check(scope.cancelledCaught(), "the scope that was cancelled catches it");
        });
    }

    static void cancelReachesOtherLoops(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            ctx.thread("canceller", group::cancel);
            group.startSoon(
                    ctx.on(1, "outer"),
                    () -> TaskGroup.run(inner -> {
                        inner.startSoon(ctx.on(0, "inner"), AnyIO::sleepForever);
                        AnyIO.sleepForever();
                    }));
            group.startSoon(ctx.on(1, "sibling"), AnyIO::sleepForever);
        }));
    }

    static void shieldDroppedWhileCancelling(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(outer -> {
            ctx.thread("canceller", outer::cancel);
            CancelScope inner = CancelScope.create().setShield(true);
            ctx.thread("dropper", () -> inner.setShield(false));
            inner.run(AnyIO::sleepForever);
        }));
    }

    /** A task that has seen the cancellation before the shield was raised passes it on below. */
    static void shieldRaisedWhileCancelling(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(outer -> {
            ctx.thread("canceller", outer::cancel);
            var inner = CancelScope.create();
            ctx.thread("raiser", () -> inner.setShield(true));
            inner.run(() -> TaskGroup.run(group -> {
                group.startSoon(ctx.on(1, "child"), AnyIO::sleepForever);
                AnyIO.sleep(Duration.ofSeconds(1)); // to its end if the shield comes first
                group.cancel();
            }));
        }));
    }

    static void spawnedWhileCancelling(ProgramContext ctx) {
        ctx.run(() -> TaskGroup.run(group -> {
            ctx.thread("canceller", group::cancel);
            for (int i = 0; i < 2; i++) {
                group.startSoon(ctx.on(i, "child " + i), AnyIO::sleepForever);
                ctx.step();
            }
        }));
    }

    static void spawnedFromOutsideWhileCancelling(ProgramContext ctx) {
        List<TaskHandle<?>> started = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            ctx.thread("spawner", () -> {
                try {
                    started.add(group.startSoon(ctx.on(1, "late"), AnyIO::sleepForever));
                } catch (IllegalStateException e) {
                    // the group has ended
                }
            });
            ctx.thread("canceller", group::cancel);
            AnyIO.sleepForever();
        }));
        for (TaskHandle<?> handle : started) {
            check(handle.status() == TaskHandle.Status.CANCELLED, "who was accepted is awaited: " + handle);
        }
    }

    static void cancelAgainstLeave(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope first = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                AnyIO.checkpoint();
            });
            AnyIO.checkpoint(); // must not throw
            CancelScope second = CancelScope.open(_ -> AnyIO.sleep(Duration.ofSeconds(1)));
            check(!second.cancelledCaught(), "a cancellation does not leave its scope");
            check(!first.cancelledCaught() || first.cancelCalled(), "nothing is caught that was not cancelled");
        });
    }

    static void twoLevelsCancelledAtOnce(ProgramContext ctx) {
        ctx.run(() -> {
            var inner = CancelScope.create();
            CancelScope outer = CancelScope.open(outside -> {
                ctx.thread("outer canceller", outside::cancel);
                ctx.thread("inner canceller", inner::cancel);
                inner.run(AnyIO::sleepForever);
            });
            check(
                    outer.cancelledCaught() != inner.cancelledCaught(),
                    "one of them catches: outer " + outer + ", inner " + inner);
        });
    }

    static void enteredByOneOfTwoLoops(ProgramContext ctx) {
        var scope = CancelScope.create();
        int[] entered = new int[2]; // each place written by one task
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < entered.length; i++) {
                int loop = i;
                group.startSoon(ctx.on(loop, "task " + loop), () -> {
                    try {
                        scope.run(() -> entered[loop]++);
                    } catch (IllegalStateException e) {
                        check(entered[loop] == 0, "who has entered a scope can leave it, but: " + e.getMessage());
                    }
                });
            }
        }));
        check(entered[0] + entered[1] == 1, "a scope is entered once, not by both or by none");
        check(scope.toString().equals("CancelScope[left]"), "it is left by the one who entered: " + scope);
    }

    static void scopesOfTwoLoopsThatShareADeadlineExpireTogether(ProgramContext ctx) {
        ctx.run(() -> {
            Deadline shared = Deadline.after(Duration.ofSeconds(1));
            CancelScope outer = Timeouts.moveOnAt(
                    shared,
                    () -> TaskGroup.run(group -> group.startSoon(ctx.on(1, "child"), () -> {
                        Timeouts.moveOnAt(shared, AnyIO::sleepForever);
                        check(false, "the inner scope catches what the outer one, with the same deadline, should");
                    })));
            check(outer.cancelCalled(), "the outer scope has expired, too");
        });
    }

    static void deadlineThatStandsFires(ProgramContext ctx) {
        ctx.run(() -> CancelScope.open(scope -> {
            Deadline soon = AnyIO.currentTime().plus(Duration.ofSeconds(1));
            int[] moved = new int[1];
            for (Deadline deadline : List.of(soon, Deadline.NEVER)) {
                ctx.thread("sets " + deadline, () -> {
                    scope.setDeadline(deadline);
                    moved[0]++;
                });
            }
            ctx.thread("canceller", () -> {
                ctx.until(() -> moved[0] == 2);
                if (scope.deadline().equals(Deadline.NEVER)) {
                    scope.cancel();
                }
            });
            AnyIO.sleepForever();
        }));
    }

    static void deadlineAgainstLeave(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope.open(inside -> {
                Deadline soon = AnyIO.currentTime().plus(Duration.ofSeconds(1));
                ctx.thread("setter", () -> inside.setDeadline(soon));
                AnyIO.checkpoint();
            });
            AnyIO.sleep(Duration.ofSeconds(5)); // must not throw
        });
    }

    static void deadlineThatIsSetWhileItsScopeIsLeftDoesNotStay(ProgramContext ctx) {
        ctx.run(1, () -> {
            boolean[] set = new boolean[1];
            CancelScope.open(inside -> {
                Deadline later = AnyIO.currentTime().plus(Duration.ofHours(1));
                ctx.thread("setter", () -> {
                    inside.setDeadline(later);
                    set[0] = true;
                });
            });
            ctx.until(() -> set[0]);
            check(AnyIO.statistics().loops().getFirst().deadlinesArmed() == 0, "no deadline is armed any more");
        });
    }
}
