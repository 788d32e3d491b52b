package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Interruptible;
import io.anyio.Suspension;
import io.anyio.TaskGroup;
import java.util.function.BooleanSupplier;

/** {@link Interruptible}: a cancellation ends the call, and its interrupt does not outlast it. */
final class InterruptiblePrograms {
    private InterruptiblePrograms() {}

    static void interruptDoesNotOutlastTheCall(Stage stage) {
        stage.run(() -> {
            CancelScope.open(scope -> {
                stage.thread("canceller", scope::cancel);
                Interruptible.run(stage::step);
                check(!Thread.currentThread().isInterrupted(), "the interrupt ends with the call");
            });
            stage.step();
            stage.step();
            check(!Thread.currentThread().isInterrupted(), "no interrupt comes later");
            AnyIO.checkpoint();
        });
    }

    static void blockedCallIsCancelled(Stage stage) {
        stage.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                stage.thread("canceller", inside::cancel);
                call(stage, () -> false);
            });
            check(scope.cancelledCaught(), "the scope catches what has ended the call");
        });
    }

    static void callThatCameBackIsCancelled(Stage stage) {
        stage.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                stage.thread("canceller", inside::cancel);
                call(() -> {
                    var inner = Suspension.create("call back");
                    inner.resume();
                    inner.await();
                    stage.blockUntil(() -> false);
                });
            });
            check(scope.cancelledCaught(), "the scope catches what has ended the call");
        });
    }

    static void valueAgainstCancel(Stage stage) {
        boolean[] there = new boolean[1];
        boolean[] got = new boolean[1];
        stage.run(() -> TaskGroup.run(group -> {
            group.startSoon(stage.on(0, "neighbour"), AnyIO::checkpoint);
            CancelScope scope = CancelScope.open(inside -> {
                stage.thread("canceller", inside::cancel);
                stage.thread("giver", () -> {
                    there[0] = true;
                    stage.unblock();
                });
                call(stage, () -> there[0]);
                got[0] = true;
            });
            check(got[0] != scope.cancelledCaught(), "a call gives its value or is cancelled");
            check(!Thread.currentThread().isInterrupted(), "the interrupt ends with the call");
        }));
    }

    private static void call(Stage stage, BooleanSupplier ends) {
        call(() -> stage.blockUntil(ends));
    }

    private static void call(Block<InterruptedException> foreign) {
        try {
            Interruptible.run(foreign);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody but a cancellation interrupts", e);
        }
    }
}
