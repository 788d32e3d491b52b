package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@link AnyIO#await}: a stage that another thread completes gives its outcome to the task, or none at all. */
final class StagePrograms {
    private StagePrograms() {}

    static void valueReachesTheTask(ProgramContext ctx) {
        var future = new CompletableFuture<String>();
        ctx.thread("completer", () -> future.complete("x"));
        ctx.run(1, () -> check("x".equals(AnyIO.await(future)), "who waits gets the value"));
    }

    static void valueIsThereWhenTheStageSeemsComplete(ProgramContext ctx) {
        var future = new CompletableFuture<String>();
        ctx.thread("completer", () -> {
            ctx.until(() -> future.getNumberOfDependents() > 0); // the task has not waited yet
            future.complete("x");
        });
        ctx.run(1, () -> check("x".equals(AnyIO.await(future)), "who waits gets the value"));
    }

    static void valueOfAStageOfAnotherKindReachesTheTask(ProgramContext ctx) {
        var future = new CompletableFuture<String>();
        CompletionStage<String> stage = future.minimalCompletionStage();
        ctx.thread("completer", () -> future.complete("x"));
        ctx.run(1, () -> check("x".equals(AnyIO.await(stage)), "who waits gets the value"));
    }

    static void failureReachesTheTask(ProgramContext ctx) {
        var future = new CompletableFuture<String>();
        ctx.thread("completer", () -> future.completeExceptionally(new IllegalArgumentException("no")));
        ctx.run(1, () -> {
            boolean failed = false;
            try {
                AnyIO.await(future);
            } catch (IllegalArgumentException no) {
                failed = true;
            }
            check(failed, "who waits gets the failure");
        });
    }

    static void completionAgainstCancel(ProgramContext ctx) {
        var future = new CompletableFuture<String>();
        ctx.run(1, () -> {
            String[] got = new String[1];
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                ctx.thread("completer", () -> future.complete("x"));
                got[0] = AnyIO.await(future);
            });
            check(scope.cancelledCaught() ? got[0] == null : "x".equals(got[0]), "a value, or a cancellation");
        });
        check("x".equals(future.join()), "the stage has its value in either case");
    }
}
