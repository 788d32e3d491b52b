package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Semaphore;

/** {@link Semaphore} and {@link CapacityLimiter}: no slot is lost, none is granted twice, no task is overtaken. */
final class SemaphorePrograms {
    private SemaphorePrograms() {}

    static void neverMoreThanThereAre(ProgramContext ctx) {
        var semaphore = Semaphore.create(1);
        int[] inside = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        ctx.on(i % 2, "task " + i),
                        () -> semaphore.run(() -> {
                            check(++inside[0] == 1, "one slot lets one task in");
                            ctx.step();
                            inside[0]--;
                        }));
            }
        }));
        check(semaphore.value() == 1, "the slot is back");
    }

    static void slotsAreConserved(ProgramContext ctx) {
        var semaphore = Semaphore.create(0);
        int[] got = new int[1];
        ctx.run(() -> {
            ctx.thread("first", semaphore::release);
            ctx.thread("second", semaphore::release);
            TaskGroup.run(group -> {
                group.startSoon(ctx.on(1, "steady"), () -> {
                    semaphore.acquire();
                    got[0]++;
                });
                CancelScope.open(scope -> {
                    ctx.thread("canceller", scope::cancel);
                    semaphore.acquire();
                    got[0]++;
                });
            });
        });
        check(
                got[0] + semaphore.value() == 2,
                "two slots were given, and " + (got[0] + semaphore.value()) + " are there");
    }

    static void threadsTakeWhatIsLeft(ProgramContext ctx) {
        var semaphore = Semaphore.fast(1);
        int[] inside = new int[1];
        ctx.run(() -> {
            ctx.thread("thread", () -> {
                for (int n = 0; n < 3; n++) {
                    try {
                        semaphore.acquireNow();
                        holdAndRelease(ctx, semaphore, inside);
                    } catch (WouldBlockException e) {
                        // the task has it
                    }
                }
            });
            for (int n = 0; n < 3; n++) {
                semaphore.acquire();
                holdAndRelease(ctx, semaphore, inside);
            }
        });
        check(semaphore.value() == 1, "the slot is back");
    }

    private static void holdAndRelease(ProgramContext ctx, Semaphore semaphore, int[] inside) {
        inside[0]++;
        check(inside[0] == 1, "one slot is taken by one");
        ctx.step();
        inside[0]--;
        semaphore.release();
    }

    static void limiterIsNotOverdrawn(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(1);
        int[] inside = new int[1];
        ctx.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                group.startSoon(
                        ctx.on(i % 2, "task " + i),
                        () -> limiter.run(() -> {
                            check(++inside[0] == 1, "one token lets one task in");
                            ctx.step();
                            inside[0]--;
                        }));
            }
        }));
        check(limiter.borrowedTokens() == 0, "the token is back");
        check(limiter.statistics().borrowers().isEmpty(), "no borrower is in the books");
    }

    static void newTokenGoesToWhoWaits(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(0);
        boolean[] overtaken = new boolean[1];
        ctx.thread("owner", () -> {
            ctx.until(() -> limiter.statistics().tasksWaiting() == 1);
            ctx.thread("passer-by", () -> {
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
        ctx.run(limiter::acquire);
        check(!overtaken[0], "no task overtakes one that waits");
    }

    static void limiterAgainstCancel(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(1);
        limiter.acquireOnBehalfOfNow("thread");
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(1, "steady"), () -> limiter.run(ctx::step));
            ctx.thread("giver", () -> limiter.releaseOnBehalfOf("thread"));
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                limiter.run(ctx::step);
            });
        }));
        check(limiter.borrowedTokens() == 0, "every token is back");
        check(limiter.statistics().borrowers().isEmpty(), "no borrower is in the books");
    }

    static void tokenIsGivenBackOnceByTwoThreads(ProgramContext ctx) {
        var limiter = CapacityLimiter.create(2);
        limiter.acquireOnBehalfOfNow("other");
        limiter.acquireOnBehalfOfNow("borrower");
        int[] given = new int[1];
        for (String name : new String[] {"first", "second"}) {
            ctx.thread(name, () -> {
                try {
                    limiter.releaseOnBehalfOf("borrower");
                    given[0]++;
                } catch (IllegalStateException notHeld) {
                    // the other one was quicker
                }
            });
        }
        ctx.run(1, () -> ctx.until(() -> limiter.borrowedTokens() < 2));
        check(given[0] == 1 && limiter.borrowedTokens() == 1, "a token is given back once");
    }
}
