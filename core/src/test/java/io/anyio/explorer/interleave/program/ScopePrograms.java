package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Scopes: a cancellation finds everybody below it, and nobody else. */
final class ScopePrograms {
    private ScopePrograms() {}

    static void cancelAgainstWait(Stage stage) {
        stage.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                stage.thread("canceller", inside::cancel);
                AnyIO.sleepForever();
            });
            check(scope.cancelledCaught(), "the scope that was cancelled catches it");
        });
    }

    static void cancelReachesOtherLoops(Stage stage) {
        stage.run(() -> TaskGroup.run(group -> {
            stage.thread("canceller", group::cancel);
            group.startSoon(
                    stage.on(1, "outer"),
                    () -> TaskGroup.run(inner -> {
                        inner.startSoon(stage.on(0, "inner"), AnyIO::sleepForever);
                        AnyIO.sleepForever();
                    }));
            group.startSoon(stage.on(1, "sibling"), AnyIO::sleepForever);
        }));
    }

    static void shieldDroppedWhileCancelling(Stage stage) {
        stage.run(() -> CancelScope.open(outer -> {
            stage.thread("canceller", outer::cancel);
            CancelScope inner = CancelScope.create().setShield(true);
            stage.thread("dropper", () -> inner.setShield(false));
            inner.run(AnyIO::sleepForever);
        }));
    }

    /** Who has learned of the cancellation before the shield was raised takes those below along. */
    static void shieldRaisedWhileCancelling(Stage stage) {
        stage.run(() -> CancelScope.open(outer -> {
            stage.thread("canceller", outer::cancel);
            var inner = CancelScope.create();
            stage.thread("raiser", () -> inner.setShield(true));
            inner.run(() -> TaskGroup.run(group -> {
                group.startSoon(stage.on(1, "child"), AnyIO::sleepForever);
                AnyIO.sleep(Duration.ofSeconds(1)); // to its end if the shield comes first
                group.cancel();
            }));
        }));
    }

    static void spawnedWhileCancelling(Stage stage) {
        stage.run(() -> TaskGroup.run(group -> {
            stage.thread("canceller", group::cancel);
            for (int i = 0; i < 2; i++) {
                group.startSoon(stage.on(i, "child " + i), AnyIO::sleepForever);
                stage.step();
            }
        }));
    }

    static void spawnedFromOutsideWhileCancelling(Stage stage) {
        List<TaskHandle<?>> started = new ArrayList<>();
        stage.run(() -> TaskGroup.run(group -> {
            stage.thread("spawner", () -> {
                try {
                    started.add(group.startSoon(stage.on(1, "late"), AnyIO::sleepForever));
                } catch (IllegalStateException e) {
                    // the group has ended
                }
            });
            stage.thread("canceller", group::cancel);
            AnyIO.sleepForever();
        }));
        for (TaskHandle<?> handle : started) {
            check(handle.status() == TaskHandle.Status.CANCELLED, "who was accepted is awaited: " + handle);
        }
    }

    static void cancelAgainstLeave(Stage stage) {
        stage.run(() -> {
            CancelScope first = CancelScope.open(inside -> {
                stage.thread("canceller", inside::cancel);
                AnyIO.checkpoint();
            });
            AnyIO.checkpoint(); // must not throw
            CancelScope second = CancelScope.open(_ -> AnyIO.sleep(Duration.ofSeconds(1)));
            check(!second.cancelledCaught(), "a cancellation does not leave its scope");
            check(!first.cancelledCaught() || first.cancelCalled(), "nothing is caught that was not cancelled");
        });
    }

    static void twoLevelsCancelledAtOnce(Stage stage) {
        stage.run(() -> {
            var inner = CancelScope.create();
            CancelScope outer = CancelScope.open(outside -> {
                stage.thread("outer canceller", outside::cancel);
                stage.thread("inner canceller", inner::cancel);
                inner.run(AnyIO::sleepForever);
            });
            check(
                    outer.cancelledCaught() != inner.cancelledCaught(),
                    "one of them catches: outer " + outer + ", inner " + inner);
        });
    }

    static void enteredByOneOfTwoLoops(Stage stage) {
        var scope = CancelScope.create();
        int[] entered = new int[2]; // each place written by one task
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < entered.length; i++) {
                int loop = i;
                group.startSoon(stage.on(loop, "task " + loop), () -> {
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

    static void deadlineThatStandsFires(Stage stage) {
        stage.run(() -> CancelScope.open(scope -> {
            Deadline soon = AnyIO.currentTime().plus(Duration.ofSeconds(1));
            int[] moved = new int[1];
            for (Deadline deadline : List.of(soon, Deadline.NEVER)) {
                stage.thread("sets " + deadline, () -> {
                    scope.setDeadline(deadline);
                    moved[0]++;
                });
            }
            stage.thread("canceller", () -> {
                stage.until(() -> moved[0] == 2);
                if (scope.deadline().equals(Deadline.NEVER)) {
                    scope.cancel();
                }
            });
            AnyIO.sleepForever();
        }));
    }

    static void deadlineAgainstLeave(Stage stage) {
        stage.run(() -> {
            CancelScope.open(inside -> {
                Deadline soon = AnyIO.currentTime().plus(Duration.ofSeconds(1));
                stage.thread("setter", () -> inside.setDeadline(soon));
                AnyIO.checkpoint();
            });
            AnyIO.sleep(Duration.ofSeconds(5)); // must not throw
        });
    }
}
