package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.CancelScope;
import io.anyio.Suspension;

/** {@link Suspension}: ends exactly once, resumed or aborted, and both sides agree on which. */
final class SuspensionPrograms {
    private SuspensionPrograms() {}

    static void resumeAgainstCancel(Stage stage) {
        boolean[] resumed = new boolean[1];
        boolean[] returned = new boolean[1];
        stage.run(() -> CancelScope.open(scope -> {
            var wait = Suspension.create("wait");
            stage.thread("resumer", () -> resumed[0] = wait.resume());
            stage.thread("canceller", scope::cancel);
            wait.await();
            returned[0] = true;
        }));
        check(resumed[0] == returned[0], "a wait returns if and only if a resume has won");
    }

    static void oneOfTwoResumers(Stage stage) {
        int[] won = new int[1];
        stage.run(() -> {
            var wait = Suspension.create("wait");
            for (String name : new String[] {"first", "second"}) {
                stage.thread(name, () -> {
                    if (wait.resume()) {
                        won[0]++;
                    }
                });
            }
            wait.await();
        });
        check(won[0] == 1, "one of two resumers wins, not " + won[0]);
    }

    static void whatIsWrittenBeforeTheClaimIsSeen(Stage stage) {
        boolean[] granted = new boolean[1];
        stage.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                var wait = Suspension.create("wait");
                stage.thread("canceller", inside::cancel);
                stage.thread("granter", () -> {
                    granted[0] = true;
                    if (wait.claim()) {
                        stage.step();
                        wait.wake();
                    } else {
                        granted[0] = false;
                    }
                });
                wait.await();
                check(granted[0], "who returns was granted what it waited for");
            });
            check(scope.cancelledCaught() || granted[0], "a wait ends in one of two ways");
        });
    }

    static void shieldedWaitIsResumedOnly(Stage stage) {
        stage.run(() -> {
            boolean[] resumed = new boolean[1];
            CancelScope scope = CancelScope.open(inside -> {
                var wait = Suspension.create("wait");
                stage.thread("canceller", inside::cancel);
                stage.thread("resumer", () -> resumed[0] = wait.resume());
                wait.awaitShielded();
                check(resumed[0] || wait.isResumed(), "a shielded wait ends by a resume only");
            });
            check(!scope.cancelledCaught(), "a shielded wait is no checkpoint");
        });
    }
}
