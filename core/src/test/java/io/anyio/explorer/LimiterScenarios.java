package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Semaphore;
import java.util.ArrayList;
import java.util.List;

/** Limiters and semaphores: what is theirs alone. */
final class LimiterScenarios {
    private LimiterScenarios() {}

    static void aBorrowerHoldsOneTokenAtMost(ScenarioContext ctx) {
        var limiter = ctx.limiter(3);
        limiter.acquire();
        ctx.expectThrown(IllegalStateException.class, limiter::acquire);
        ctx.expectThrown(IllegalStateException.class, limiter::acquireNow);
        limiter.acquireOnBehalfOf("other");
        ctx.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNow(new String("other")));
        ctx.equal(limiter.borrowedTokens(), 2, "borrowed");
        ctx.equal(limiter.statistics().borrowers().size(), 2, "borrowers");
        limiter.releaseOnBehalfOf(new String("other"));
        ctx.expectThrown(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("other"));
        limiter.release();
        ctx.expectThrown(IllegalStateException.class, limiter::release);
    }

    static void aLockBelongsToItsOwnerAlone(ScenarioContext ctx) {
        var lock = ctx.lock();
        ctx.expectThrown(IllegalStateException.class, lock::release);
        lock.acquire();
        ctx.expectThrown(IllegalStateException.class, lock::acquire);
        ctx.expectThrown(IllegalStateException.class, lock::acquireNow);
        TaskGroup.run(group -> {
            ctx.go(group, "other", () -> {
                ctx.expectThrown(IllegalStateException.class, lock::release);
                ctx.expectThrown(WouldBlockException.class, lock::acquireNow);
                lock.acquire();
                ctx.equal(lock.statistics().owner().orElseThrow().name(), "other", "the owner");
                lock.release();
            });
            ScenarioContext.settle();
            lock.release();
            ctx.equal(lock.statistics().owner().orElseThrow().name(), "other", "the owner right after the release");
            ctx.expectThrown(IllegalStateException.class, lock::release);
        });
    }

    static void twoTasksCannotWaitForOneBorrower(ScenarioContext ctx) {
        var limiter = ctx.limiter(1);
        limiter.acquire();
        TaskGroup.run(group -> {
            ctx.go(group, "first", () -> {
                limiter.acquireOnBehalfOf("same");
                limiter.releaseOnBehalfOf("same");
            });
            ScenarioContext.settle();
            ctx.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOf("same"));
            ctx.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNow("same"));
            ctx.expectThrown(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("same"));
            limiter.release();
        });
    }

    static void aCancelledBorrowerCanAskAgainAtOnce(ScenarioContext ctx) {
        var limiter = ctx.limiter(1);
        boolean[] got = {false};
        limiter.acquire();
        TaskGroup.run(group -> {
            var handle = ctx.go(group, "cancelled", () -> limiter.acquireOnBehalfOf("same"));
            ScenarioContext.settle();
            handle.cancel();
            ctx.go(group, "again", () -> {
                limiter.acquireOnBehalfOf("same");
                got[0] = true;
                limiter.releaseOnBehalfOf("same");
            });
            ctx.dawdle(3);
            limiter.release();
        });
        ctx.expect(got[0], "the second one got nothing");
    }

    static void neverMoreThanTheTotalWhateverTheTotalBecomes(ScenarioContext ctx) {
        var limiter = ctx.limiter(2);
        int[] inside = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                ctx.go(group, "worker" + i, () -> {
                    AnyIO.sleep(ctx.upTo(3));
                    limiter.run(() -> {
                        inside[0]++;
                        ctx.equal(limiter.borrowedTokens() >= inside[0], true, "whether all inside are counted");
                        AnyIO.sleep(ctx.upTo(4));
                        inside[0]--;
                    });
                });
            }
            for (int i = 0; i < 5; i++) {
                AnyIO.sleep(ctx.upTo(3));
                int before = limiter.borrowedTokens();
                int total = ctx.pick(5);
                limiter.setTotalTokens(total);
                ctx.expect(
                        limiter.borrowedTokens() <= Math.max(before, total),
                        limiter.borrowedTokens() + " are borrowed of " + total + ", before " + before);
                ctx.equal(limiter.totalTokens(), total, "the total");
                ctx.equal(limiter.availableTokens(), total - limiter.borrowedTokens(), "available");
                var now = limiter.statistics();
                ctx.expect(
                        now.tasksWaiting() == 0 || now.borrowedTokens() >= total,
                        "a task waits while there are tokens: " + now);
            }
            limiter.setTotalTokens(3);
        });
    }

    static void aLoweredTotalGrantsNothingUntilEnoughCameBack(ScenarioContext ctx) {
        var limiter = ctx.limiter(3);
        limiter.acquireOnBehalfOf("a");
        limiter.acquireOnBehalfOf("b");
        limiter.acquireOnBehalfOf("c");
        limiter.setTotalTokens(1);
        ctx.equal(limiter.availableTokens(), -2, "available");
        boolean[] got = {false};
        TaskGroup.run(group -> {
            ctx.go(group, "waiter", () -> limiter.run(() -> got[0] = true));
            ScenarioContext.settle();
            limiter.setTotalTokens(2);
            limiter.releaseOnBehalfOf("a");
            ScenarioContext.settle();
            ctx.expect(!got[0], "a token too many was granted");
            ctx.expectThrown(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNow("d"));
            limiter.releaseOnBehalfOf("b");
            ctx.equal(limiter.borrowedTokens(), 2, "borrowed, with the one that is handed over");
        });
        ctx.expect(got[0], "the waiter got nothing");
        limiter.releaseOnBehalfOf("c");
    }

    static void raisingTheTotalWakesAsManyAsFit(ScenarioContext ctx) {
        var limiter = ctx.limiter(0);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                ctx.go(
                        group,
                        "waiter" + i,
                        () -> limiter.run(() -> {
                            got.add(number);
                            AnyIO.sleep(ScenarioContext.ms(5));
                        }));
                ScenarioContext.settle();
            }
            ctx.equal(limiter.statistics().tasksWaiting(), 5, "who waits");
            limiter.setTotalTokens(2);
            ctx.equal(limiter.borrowedTokens(), 2, "borrowed right after");
            ScenarioContext.settle();
            ctx.equal(got.stream().sorted().toList(), List.of(0, 1), "who was served");
            limiter.setTotalTokens(CapacityLimiter.UNLIMITED);
            ScenarioContext.settle();
            ctx.equal(got.size(), 5, "who was served");
            ctx.equal(limiter.availableTokens(), CapacityLimiter.UNLIMITED, "available");
        });
    }

    static void cancelledWaitersDoNotUseUpARaisedTotal(ScenarioContext ctx) {
        var limiter = ctx.limiter(0);
        List<TaskHandle<?>> handles = new ArrayList<>();
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                handles.add(ctx.go(
                        group,
                        "waiter" + i,
                        () -> limiter.run(() -> {
                            got[0]++;
                            AnyIO.sleep(ScenarioContext.ms(2));
                        })));
                ScenarioContext.settle();
            }
            handles.get(0).cancel();
            handles.get(2).cancel();
            limiter.setTotalTokens(2);
            ScenarioContext.settle();
            ctx.equal(got[0], 2, "who was served");
        });
    }

    static void aSemaphoreTakesBackNoMoreThanItsMaximum(ScenarioContext ctx) {
        var semaphore = ctx.semaphore(2);
        ctx.expectThrown(IllegalStateException.class, semaphore::release);
        semaphore.acquire();
        semaphore.acquire();
        ctx.equal(semaphore.value(), 0, "slots");
        ctx.expectThrown(WouldBlockException.class, semaphore::acquireNow);
        semaphore.release();
        semaphore.release();
        ctx.expectThrown(IllegalStateException.class, semaphore::release);
    }

    static void aSemaphoreCanBeReleasedByWhoNeverAcquiredIt(ScenarioContext ctx) {
        var semaphore = ctx.track(Semaphore.create(0));
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                ctx.go(group, "waiter" + i, () -> {
                    semaphore.acquire();
                    got[0]++;
                });
            }
            for (int i = 0; i < 6; i++) {
                ctx.dawdle(2);
                semaphore.release();
            }
        });
        ctx.equal(got[0], 4, "who was served");
        ctx.equal(semaphore.value(), 2, "slots left");
    }

    static void wideSemaphoresServeAsManyAsWereReleased(ScenarioContext ctx) {
        var semaphore = ctx.semaphore(3);
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            semaphore.acquireNow();
        }
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                handles.add(ctx.go(group, "waiter" + i, () -> {
                    semaphore.acquire();
                    got.add(number);
                }));
                ScenarioContext.settle();
            }
            int cancelled = ctx.pick(6);
            handles.get(cancelled).cancel();
            semaphore.release();
            semaphore.release();
            ctx.waiting(semaphore.statistics().tasksWaiting(), 3, 4);
            ctx.equal(semaphore.value(), 0, "slots");
            ScenarioContext.settle();
            ctx.equal(got.size(), 2, "who was served");
            ctx.expect(!got.contains(cancelled), "a cancelled task was served");
            for (int i = 0; i < 3; i++) {
                semaphore.release();
            }
        });
        ctx.equal(got.size(), 5, "who was served in the end");
        for (int i = 0; i < 3; i++) {
            semaphore.release();
        }
    }

    static void theDiningPhilosophersAllEat(ScenarioContext ctx) {
        List<Semaphore> forks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            forks.add(ctx.semaphore(1));
        }
        var table = ctx.limiter(4);
        int[] meals = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int seat = i;
                ctx.go(group, "philosopher" + i, () -> {
                    for (int meal = 0; meal < 2; meal++) {
                        table.run(() -> forks.get(seat).run(() -> {
                            ctx.dawdle(1);
                            forks.get((seat + 1) % 5).run(() -> AnyIO.sleep(ctx.upTo(2)));
                        }));
                        meals[0]++;
                    }
                });
            }
        });
        ctx.equal(meals[0], 10, "meals");
    }

    static void impatientPhilosophersLeaveAllForks(ScenarioContext ctx) {
        List<Semaphore> forks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            forks.add(ctx.semaphore(1));
        }
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int seat = i;
                ctx.go(group, "philosopher" + i, () -> {
                    while (Timeouts.moveOnAfter(
                                    ScenarioContext.ms(1 + ctx.pick(5)),
                                    () -> forks.get(seat).run(() -> {
                                        AnyIO.sleep(ScenarioContext.ms(1));
                                        forks.get((seat + 1) % 4).run(AnyIO::checkpoint);
                                    }))
                            .cancelledCaught()) {
                        ctx.note("gives up");
                    }
                });
            }
        });
    }
}
