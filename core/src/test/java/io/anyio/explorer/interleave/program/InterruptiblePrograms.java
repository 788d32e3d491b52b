package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Interruptible;
import io.anyio.TaskGroup;
import io.anyio.lowlevel.Suspension;
import java.util.function.BooleanSupplier;

/** {@link Interruptible}: a cancellation ends the call, and its interrupt does not outlast it. */
final class InterruptiblePrograms {
    private InterruptiblePrograms() {}

    static void interruptDoesNotOutlastTheCall(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope.open(scope -> {
                ctx.thread("canceller", scope::cancel);
                Interruptible.run(ctx::step);
                check(!Thread.currentThread().isInterrupted(), "the interrupt ends with the call");
            });
            ctx.step();
            ctx.step();
            check(!Thread.currentThread().isInterrupted(), "no interrupt comes later");
            AnyIO.checkpoint();
        });
    }

    static void blockedCallIsCancelled(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                call(ctx, () -> false);
            });
            check(scope.cancelledCaught(), "the scope catches what has ended the call");
        });
    }

    static void callThatCameBackIsCancelled(ProgramContext ctx) {
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                call(() -> {
                    var inner = Suspension.create("call back");
                    inner.resume();
                    inner.await();
                    ctx.blockUntil(() -> false);
                });
            });
            check(scope.cancelledCaught(), "the scope catches what has ended the call");
        });
    }

    static void valueAgainstCancel(ProgramContext ctx) {
        boolean[] there = new boolean[1];
        boolean[] got = new boolean[1];
        ctx.run(() -> TaskGroup.run(group -> {
            group.startSoon(ctx.on(0, "neighbour"), AnyIO::checkpoint);
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                ctx.thread("giver", () -> {
                    there[0] = true;
                    ctx.unblock();
                });
                call(ctx, () -> there[0]);
                got[0] = true;
            });
            check(got[0] != scope.cancelledCaught(), "a call gives its value or is cancelled");
            check(!Thread.currentThread().isInterrupted(), "the interrupt ends with the call");
        }));
    }

    private static void call(ProgramContext ctx, BooleanSupplier ends) {
        call(() -> ctx.blockUntil(ends));
    }

    private static void call(Block<InterruptedException> foreign) {
        try {
            Interruptible.run(foreign);
        } catch (InterruptedException e) {
            throw new AssertionError("only a cancellation interrupts", e);
        }
    }
}
