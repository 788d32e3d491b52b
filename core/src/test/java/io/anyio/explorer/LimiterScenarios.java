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

    static void aBorrowerHoldsOneTokenAtMost(World w) {
        var limiter = w.limiter(3);
        limiter.acquire();
        w.expectThrown(IllegalStateException.class, limiter::acquire);
        w.expectThrown(IllegalStateException.class, limiter::acquireNow);
        limiter.acquireOnBehalfOf("other");
        w.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNow(new String("other")));
        w.equal(limiter.borrowedTokens(), 2, "borrowed");
        w.equal(limiter.statistics().borrowers().size(), 2, "borrowers");
        limiter.releaseOnBehalfOf(new String("other"));
        w.expectThrown(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("other"));
        limiter.release();
        w.expectThrown(IllegalStateException.class, limiter::release);
    }

    static void aLockBelongsToItsOwnerAlone(World w) {
        var lock = w.lock();
        w.expectThrown(IllegalStateException.class, lock::release);
        lock.acquire();
        w.expectThrown(IllegalStateException.class, lock::acquire);
        w.expectThrown(IllegalStateException.class, lock::acquireNow);
        TaskGroup.run(group -> {
            w.go(group, "other", () -> {
                w.expectThrown(IllegalStateException.class, lock::release);
                w.expectThrown(WouldBlockException.class, lock::acquireNow);
                lock.acquire();
                w.equal(lock.statistics().owner().orElseThrow().name(), "other", "the owner");
                lock.release();
            });
            World.settle();
            lock.release();
            w.equal(lock.statistics().owner().orElseThrow().name(), "other", "the owner right after the release");
            w.expectThrown(IllegalStateException.class, lock::release);
        });
    }

    static void twoTasksCannotWaitForOneBorrower(World w) {
        var limiter = w.limiter(1);
        limiter.acquire();
        TaskGroup.run(group -> {
            w.go(group, "first", () -> {
                limiter.acquireOnBehalfOf("same");
                limiter.releaseOnBehalfOf("same");
            });
            World.settle();
            w.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOf("same"));
            w.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNow("same"));
            w.expectThrown(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("same"));
            limiter.release();
        });
    }

    static void aCancelledBorrowerCanAskAgainAtOnce(World w) {
        var limiter = w.limiter(1);
        boolean[] got = {false};
        limiter.acquire();
        TaskGroup.run(group -> {
            var handle = w.go(group, "cancelled", () -> limiter.acquireOnBehalfOf("same"));
            World.settle();
            handle.cancel();
            w.go(group, "again", () -> {
                limiter.acquireOnBehalfOf("same");
                got[0] = true;
                limiter.releaseOnBehalfOf("same");
            });
            w.dawdle(3);
            limiter.release();
        });
        w.expect(got[0], "the second one got nothing");
    }

    static void neverMoreThanTheTotalWhateverTheTotalBecomes(World w) {
        var limiter = w.limiter(2);
        int[] inside = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                w.go(group, "worker" + i, () -> {
                    AnyIO.sleep(w.upTo(3));
                    limiter.run(() -> {
                        inside[0]++;
                        w.equal(limiter.borrowedTokens() >= inside[0], true, "whether all inside are counted");
                        AnyIO.sleep(w.upTo(4));
                        inside[0]--;
                    });
                });
            }
            for (int i = 0; i < 5; i++) {
                AnyIO.sleep(w.upTo(3));
                int before = limiter.borrowedTokens();
                int total = w.pick(5);
                limiter.setTotalTokens(total);
                w.expect(
                        limiter.borrowedTokens() <= Math.max(before, total),
                        limiter.borrowedTokens() + " are borrowed of " + total + ", before " + before);
                w.equal(limiter.totalTokens(), total, "the total");
                w.equal(limiter.availableTokens(), total - limiter.borrowedTokens(), "available");
                var now = limiter.statistics();
                w.expect(
                        now.tasksWaiting() == 0 || now.borrowedTokens() >= total,
                        "somebody waits while there are tokens: " + now);
            }
            limiter.setTotalTokens(3);
        });
    }

    static void aLoweredTotalGrantsNothingUntilEnoughCameBack(World w) {
        var limiter = w.limiter(3);
        limiter.acquireOnBehalfOf("a");
        limiter.acquireOnBehalfOf("b");
        limiter.acquireOnBehalfOf("c");
        limiter.setTotalTokens(1);
        w.equal(limiter.availableTokens(), -2, "available");
        boolean[] got = {false};
        TaskGroup.run(group -> {
            w.go(group, "waiter", () -> limiter.run(() -> got[0] = true));
            World.settle();
            limiter.setTotalTokens(2);
            limiter.releaseOnBehalfOf("a");
            World.settle();
            w.expect(!got[0], "a token too many was granted");
            w.expectThrown(WouldBlockException.class, () -> limiter.acquireOnBehalfOfNow("d"));
            limiter.releaseOnBehalfOf("b");
            w.equal(limiter.borrowedTokens(), 2, "borrowed, with the one that is handed over");
        });
        w.expect(got[0], "the waiter got nothing");
        limiter.releaseOnBehalfOf("c");
    }

    static void raisingTheTotalWakesAsManyAsFit(World w) {
        var limiter = w.limiter(0);
        List<Integer> got = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                w.go(
                        group,
                        "waiter" + i,
                        () -> limiter.run(() -> {
                            got.add(number);
                            AnyIO.sleep(World.ms(5));
                        }));
                World.settle();
            }
            w.equal(limiter.statistics().tasksWaiting(), 5, "who waits");
            limiter.setTotalTokens(2);
            w.equal(limiter.borrowedTokens(), 2, "borrowed right after");
            World.settle();
            w.equal(got.stream().sorted().toList(), List.of(0, 1), "who was served");
            limiter.setTotalTokens(CapacityLimiter.UNLIMITED);
            World.settle();
            w.equal(got.size(), 5, "who was served");
            w.equal(limiter.availableTokens(), CapacityLimiter.UNLIMITED, "available");
        });
    }

    static void cancelledWaitersDoNotUseUpARaisedTotal(World w) {
        var limiter = w.limiter(0);
        List<TaskHandle<?>> handles = new ArrayList<>();
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                handles.add(w.go(
                        group,
                        "waiter" + i,
                        () -> limiter.run(() -> {
                            got[0]++;
                            AnyIO.sleep(World.ms(2));
                        })));
                World.settle();
            }
            handles.get(0).cancel();
            handles.get(2).cancel();
            limiter.setTotalTokens(2);
            World.settle();
            w.equal(got[0], 2, "who was served");
        });
    }

    static void aSemaphoreTakesBackNoMoreThanItsMaximum(World w) {
        var semaphore = w.semaphore(2);
        w.expectThrown(IllegalStateException.class, semaphore::release);
        semaphore.acquire();
        semaphore.acquire();
        w.equal(semaphore.value(), 0, "slots");
        w.expectThrown(WouldBlockException.class, semaphore::acquireNow);
        semaphore.release();
        semaphore.release();
        w.expectThrown(IllegalStateException.class, semaphore::release);
    }

    static void aSemaphoreCanBeReleasedByWhoNeverAcquiredIt(World w) {
        var semaphore = w.track(Semaphore.create(0));
        int[] got = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                w.go(group, "waiter" + i, () -> {
                    semaphore.acquire();
                    got[0]++;
                });
            }
            for (int i = 0; i < 6; i++) {
                w.dawdle(2);
                semaphore.release();
            }
        });
        w.equal(got[0], 4, "who was served");
        w.equal(semaphore.value(), 2, "slots left");
    }

    static void wideSemaphoresServeAsManyAsWereReleased(World w) {
        var semaphore = w.semaphore(3);
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            semaphore.acquireNow();
        }
        TaskGroup.run(group -> {
            List<TaskHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                handles.add(w.go(group, "waiter" + i, () -> {
                    semaphore.acquire();
                    got.add(number);
                }));
                World.settle();
            }
            int cancelled = w.pick(6);
            handles.get(cancelled).cancel();
            semaphore.release();
            semaphore.release();
            w.waiting(semaphore.statistics().tasksWaiting(), 3, 4);
            w.equal(semaphore.value(), 0, "slots");
            World.settle();
            w.equal(got.size(), 2, "who was served");
            w.expect(!got.contains(cancelled), "a cancelled task was served");
            for (int i = 0; i < 3; i++) {
                semaphore.release();
            }
        });
        w.equal(got.size(), 5, "who was served in the end");
        for (int i = 0; i < 3; i++) {
            semaphore.release();
        }
    }

    static void theDiningPhilosophersAllEat(World w) {
        List<Semaphore> forks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            forks.add(w.semaphore(1));
        }
        var table = w.limiter(4);
        int[] meals = {0};
        TaskGroup.run(group -> {
            for (int i = 0; i < 5; i++) {
                int seat = i;
                w.go(group, "philosopher" + i, () -> {
                    for (int meal = 0; meal < 2; meal++) {
                        table.run(() -> forks.get(seat).run(() -> {
                            w.dawdle(1);
                            forks.get((seat + 1) % 5).run(() -> AnyIO.sleep(w.upTo(2)));
                        }));
                        meals[0]++;
                    }
                });
            }
        });
        w.equal(meals[0], 10, "meals");
    }

    static void impatientPhilosophersLeaveAllForks(World w) {
        List<Semaphore> forks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            forks.add(w.semaphore(1));
        }
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                int seat = i;
                w.go(group, "philosopher" + i, () -> {
                    while (Timeouts.moveOnAfter(
                                    World.ms(1 + w.pick(5)),
                                    () -> forks.get(seat).run(() -> {
                                        AnyIO.sleep(World.ms(1));
                                        forks.get((seat + 1) % 4).run(AnyIO::checkpoint);
                                    }))
                            .cancelledCaught()) {
                        w.note("gives up");
                    }
                });
            }
        });
    }
}
