package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Semaphore;

/** {@link Semaphore} and {@link CapacityLimiter}: no slot is lost, none is granted twice, nobody is overtaken. */
final class SemaphorePrograms {
    private SemaphorePrograms() {}

    static void neverMoreThanThereAre(Stage stage) {
        var semaphore = Semaphore.create(1);
        int[] inside = new int[1];
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        stage.on(i % 2, "task " + i),
                        () -> semaphore.run(() -> {
                            check(++inside[0] == 1, "one slot lets one task in");
                            stage.step();
                            inside[0]--;
                        }));
            }
        }));
        check(semaphore.value() == 1, "the slot is back");
    }

    static void slotsAreConserved(Stage stage) {
        var semaphore = Semaphore.create(0);
        int[] got = new int[1];
        stage.run(() -> {
            stage.thread("first", semaphore::release);
            stage.thread("second", semaphore::release);
            TaskGroup.run(group -> {
                group.startSoon(stage.on(1, "steady"), () -> {
                    semaphore.acquire();
                    got[0]++;
                });
                CancelScope.open(scope -> {
                    stage.thread("canceller", scope::cancel);
                    semaphore.acquire();
                    got[0]++;
                });
            });
        });
        check(
                got[0] + semaphore.value() == 2,
                "two slots were given, and " + (got[0] + semaphore.value()) + " are there");
    }

    static void threadsTakeWhatIsLeft(Stage stage) {
        var semaphore = Semaphore.fast(1);
        int[] inside = new int[1];
        stage.run(() -> {
            stage.thread("thread", () -> {
                for (int n = 0; n < 3; n++) {
                    try {
                        semaphore.acquireNow();
                        holdAndRelease(stage, semaphore, inside);
                    } catch (WouldBlockException e) {
                        // the task has it
                    }
                }
            });
            for (int n = 0; n < 3; n++) {
                semaphore.acquire();
                holdAndRelease(stage, semaphore, inside);
            }
        });
        check(semaphore.value() == 1, "the slot is back");
    }

    private static void holdAndRelease(Stage stage, Semaphore semaphore, int[] inside) {
        inside[0]++;
        check(inside[0] == 1, "one slot is taken by one");
        stage.step();
        inside[0]--;
        semaphore.release();
    }

    static void limiterIsNotOverdrawn(Stage stage) {
        var limiter = CapacityLimiter.create(1);
        int[] inside = new int[1];
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        stage.on(i % 2, "task " + i),
                        () -> limiter.run(() -> {
                            check(++inside[0] == 1, "one token lets one task in");
                            stage.step();
                            inside[0]--;
                        }));
            }
        }));
        check(limiter.borrowedTokens() == 0, "the token is back");
        check(limiter.statistics().borrowers().isEmpty(), "nobody is in the books");
    }

    static void newTokenGoesToWhoWaits(Stage stage) {
        var limiter = CapacityLimiter.create(0);
        boolean[] overtaken = new boolean[1];
        stage.thread("owner", () -> {
            stage.until(() -> limiter.statistics().tasksWaiting() == 1);
            stage.thread("passer-by", () -> {
                try {
                    limiter.acquireOnBehalfOfNow("passer-by");
                    overtaken[0] = true;
                    limiter.releaseOnBehalfOf("passer-by");
                } catch (WouldBlockException e) {
                    // as it should be
                }
            });
            limiter.setTotalTokens(1);
        });
        stage.run(limiter::acquire);
        check(!overtaken[0], "nobody overtakes a task that waits");
    }

    static void limiterAgainstCancel(Stage stage) {
        var limiter = CapacityLimiter.create(1);
        limiter.acquireOnBehalfOfNow("thread");
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "steady"), () -> limiter.run(stage::step));
            stage.thread("giver", () -> limiter.releaseOnBehalfOf("thread"));
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                limiter.run(stage::step);
            });
        }));
        check(limiter.borrowedTokens() == 0, "every token is back");
        check(limiter.statistics().borrowers().isEmpty(), "nobody is in the books");
    }
}
