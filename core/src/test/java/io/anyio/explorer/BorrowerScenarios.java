package io.anyio.explorer;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.sync.CapacityLimiter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The books of a limiter: who holds a token and who asks for one, told apart by {@code equals} alone; and a lock's. */
final class BorrowerScenarios {
    private BorrowerScenarios() {}

    /** Equal by its number, and with two hash codes for all. */
    private record Borrower(int number) {
        @Override
        public int hashCode() {
            return number % 2;
        }
    }

    static void borrowersWithTheSameHashAreToldApart(ScenarioContext ctx) {
        int total = 1 + ctx.pick(4);
        var limiter = ctx.limiter(total);
        Set<Object> holding = new LinkedHashSet<>();
        for (int step = 0; step < 40; step++) {
            var borrower = new Borrower(ctx.pick(6));
            if (ctx.flip()) {
                Class<? extends Throwable> expected = holding.contains(borrower)
                        ? IllegalStateException.class
                        : holding.size() == total ? WouldBlockException.class : null;
                if (expected == null) {
                    limiter.acquireOnBehalfOfNow(borrower);
                    holding.add(borrower);
                } else {
                    ctx.expectThrown(expected, () -> limiter.acquireOnBehalfOfNow(borrower));
                }
            } else if (holding.remove(borrower)) {
                limiter.releaseOnBehalfOf(borrower);
            } else {
                ctx.expectThrown(IllegalStateException.class, () -> limiter.releaseOnBehalfOf(borrower));
            }
            check(ctx, limiter, holding);
        }
        holding.forEach(limiter::releaseOnBehalfOf);
    }

    private static void check(ScenarioContext ctx, CapacityLimiter limiter, Set<Object> holding) {
        var now = limiter.statistics();
        ctx.equal(Set.copyOf(now.borrowers()), holding, "the borrowers");
        ctx.equal(
                List.of(now.borrowers().size(), now.borrowedTokens(), limiter.borrowedTokens()),
                List.of(holding.size(), holding.size(), holding.size()),
                "how many are borrowed");
    }

    static void whoAsksIsNoBorrowerUntilItIsGranted(ScenarioContext ctx) {
        var limiter = ctx.limiter(1);
        var holder = new Borrower(0);
        limiter.acquireOnBehalfOf(holder);
        List<CancelScope> scopes = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 1; i <= 4; i++) {
                int number = i;
                var scope = CancelScope.create();
                scopes.add(scope);
                ctx.go(
                        group,
                        "asking" + i,
                        () -> scope.run(() -> {
                            limiter.acquireOnBehalfOf(new Borrower(number));
                            got.add(number);
                        }));
                ScenarioContext.settle();
                ctx.equal(limiter.statistics().tasksWaiting(), i, "who waits");
            }
            check(ctx, limiter, Set.of(holder));
            for (int i = 1; i <= 4; i++) {
                if (ctx.flip()) {
                    scopes.get(i - 1).cancel();
                } else {
                    expected.add(i);
                }
            }
            if (ctx.flip()) {
                ScenarioContext.settle();
            }
            limiter.releaseOnBehalfOf(new Borrower(0));
            for (int next : expected) {
                check(ctx, limiter, Set.of(new Borrower(next)));
                ctx.expectThrown(IllegalStateException.class, () -> limiter.acquireOnBehalfOfNow(new Borrower(next)));
                limiter.releaseOnBehalfOf(new Borrower(next));
            }
            check(ctx, limiter, Set.of());
        });
        ctx.equal(got.stream().sorted().toList(), expected, "who was granted a token");
        for (int i = 0; i <= 4; i++) {
            limiter.acquireOnBehalfOf(new Borrower(i)); // no borrower is left in the books
            limiter.releaseOnBehalfOf(new Borrower(i));
        }
    }

    static void theFirstReleaseGivesTheTokenBackOnce(ScenarioContext ctx) {
        var limiter = ctx.limiter(2);
        var borrower = new Borrower(1);
        int[] released = {0};
        limiter.acquireOnBehalfOf(borrower);
        limiter.acquireOnBehalfOf(new Borrower(3));
        TaskGroup.run(group -> {
            for (int i = 0; i < 3; i++) {
                ctx.go(group, "releasing" + i, () -> {
                    ctx.dawdle(2);
                    try {
                        limiter.releaseOnBehalfOf(borrower);
                        released[0]++;
                    } catch (IllegalStateException late) {
                        ctx.note("late");
                    }
                });
            }
        });
        ctx.equal(released[0], 1, "who has released it");
        ctx.equal(limiter.availableTokens(), 1, "tokens");
        limiter.releaseOnBehalfOf(new Borrower(3));
    }

    static void aMistakeWithALockShowsInACancelledScopeToo(ScenarioContext ctx) {
        var lock = ctx.lock();
        lock.acquire();
        var scope = CancelScope.open(mine -> {
            mine.cancel();
            ctx.expectThrown(IllegalStateException.class, lock::acquire);
        });
        ctx.expect(!scope.cancelledCaught(), "the mistake was not told, but the cancellation");
        lock.release();
    }
}
