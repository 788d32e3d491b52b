package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;

/** {@link Deferred}: one outcome, and everybody who waits gets it. */
final class DeferredPrograms {
    private DeferredPrograms() {}

    static void outcomeReachesEverybody(Stage stage) {
        var deferred = Deferred.<String>create();
        stage.thread("giver", () -> deferred.complete("x"));
        stage.run(() -> TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(
                        stage.on(i, "waiter " + i),
                        () -> check(deferred.join().equals("x"), "who waits gets the value"));
            }
        }));
    }

    static void oneOfTwoOutcomes(Stage stage) {
        var deferred = Deferred.<String>create();
        int[] given = new int[1];
        for (String value : new String[] {"a", "b"}) {
            stage.thread("giver of " + value, () -> {
                try {
                    deferred.complete(value);
                    given[0]++;
                } catch (DeferredAlreadyFinishedException e) {
                    // the other one was quicker
                }
            });
        }
        String[] seen = new String[2];
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(0, "near"), () -> {
                seen[0] = deferred.join();
            });
            group.startSoon(stage.on(1, "far"), () -> {
                seen[1] = deferred.join();
            });
        }));
        check(given[0] == 1 && seen[0].equals(seen[1]), "there is one outcome, the same for all");
    }

    static void withdrawnAgainstGiven(Stage stage) {
        var deferred = Deferred.<String>create();
        stage.thread("giver", () -> {
            try {
                deferred.complete("x");
            } catch (DeferredCancelledException e) {
                // withdrawn
            }
        });
        stage.thread("withdrawer", deferred::cancel);
        stage.run(() -> {
            try {
                check(deferred.join().equals("x"), "a value is the one that was given");
            } catch (DeferredCancelledException e) {
                check(deferred.status() == Deferred.Status.CANCELLED, "an outcome stays");
            }
        });
    }

    static void cancelledWaiterLeavesTheOthersAlone(Stage stage) {
        var deferred = Deferred.<String>create();
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(1, "steady"), deferred::await);
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                stage.thread("giver", () -> deferred.complete("x"));
                deferred.await();
            });
        }));
    }
}
