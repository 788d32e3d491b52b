package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.RunFinishedException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.lowlevel.ThreadCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Calls between tasks and other threads: no wait lasts longer than its call, and no task longer than its run. */
final class ThreadPrograms {
    private ThreadPrograms() {}

    static void startWithATokenAgainstTheEndOfTheRun(ProgramContext ctx) {
        List<CompletableFuture<?>> accepted = new ArrayList<>();
        boolean[] ran = new boolean[2];
        boolean[] late = new boolean[1];
        ctx.run(() -> {
            EventLoopToken token = AnyIO.currentToken();
            for (int i = 0; i < 2; i++) {
                int number = i;
                ctx.thread("starter " + i, () -> {
                    try {
                        accepted.add(token.start(TaskOptions.named("outermost " + number), () -> {
                            ctx.step();
                            late[0] |= token.isFinished();
                            ran[number] = true;
                            return number;
                        }));
                    } catch (RunFinishedException ended) {
                        ran[number] = true;
                    }
                });
            }
            ctx.step();
        });
        check(!late[0], "no task runs when its run has ended");
        check(ran[0] && ran[1], "a start is refused, or its task runs");
        check(accepted.stream().allMatch(CompletableFuture::isDone), "a future that was given out is completed");
    }

    static void endOfTheRunReachesTasksThatOthersHaveStarted(ProgramContext ctx) {
        List<CompletableFuture<?>> accepted = new ArrayList<>();
        ctx.run(() -> {
            EventLoopToken token = AnyIO.currentToken();
            ctx.thread("starter", () -> {
                try {
                    accepted.add(token.start(TaskOptions.DEFAULTS, () -> {
                        AnyIO.sleepForever();
                        return 1;
                    }));
                } catch (RunFinishedException ended) {
                    // it was too late
                }
            });
            AnyIO.checkpoint();
        });
        check(accepted.stream().allMatch(CompletableFuture::isCancelled), "the end of the run cancels the task");
    }

    static void cancelOfAFutureAgainstItsTask(ProgramContext ctx) {
        boolean[] left = new boolean[1];
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        ctx.run(() -> TaskGroup.run(group -> {
            futures.add(group.startFuture(ctx.on(1, "task"), () -> {
                try {
                    AnyIO.checkpoint();
                    return 7;
                } finally {
                    left[0] = true;
                }
            }));
            ctx.thread("canceller", () -> futures.getFirst().cancel(true));
        }));
        CompletableFuture<Integer> future = futures.getFirst();
        check(left[0], "a group waits for the task of a future");
        check(future.isCancelled() || future.join() == 7, "the future has the value, or is cancelled");
    }

    static void theEndOfACallReachesItsTask(ProgramContext ctx) {
        int[] value = new int[1];
        ctx.run(() -> {
            int seen = ThreadCall.make("call", false, call -> {
                call.begin();
                ctx.thread("worker", () -> {
                    call.run(() -> value[0] = 7);
                    call.end();
                });
                call.awaitShielded();
                return value[0];
            });
            check(seen == 7, "the task waits for the call");
        });
    }

    static void aTaskLeavesACallOrSeesItsEnd(ProgramContext ctx) {
        boolean[] ended = new boolean[1];
        ctx.run(() -> CancelScope.open(scope -> {
            ThreadCall.make("call", true, call -> {
                call.begin();
                ctx.thread("worker", () -> {
                    ended[0] = true;
                    call.end();
                });
                ctx.thread("canceller", scope::cancel);
                try {
                    call.await();
                    check(ended[0], "the wait lasts until the end of the call");
                } catch (Cancelled c) {
                    check(scope.cancelCalled(), "only a cancellation ends the wait before");
                    call.awaitShieldedAgain();
                    check(ended[0], "the second wait lasts until the end of the call");
                }
                return 0;
            });
        }));
    }

    static void tasksOfACallEndWithIt(ProgramContext ctx) {
        boolean[] left = new boolean[1];
        ctx.run(() -> CancelScope.open(scope -> {
            ThreadCall.make("call", false, call -> {
                call.begin();
                ctx.thread("worker", () -> {
                    call.run(() -> {
                        var _ = call.start(TaskOptions.DEFAULTS, () -> {
                            try {
                                AnyIO.sleepForever();
                                return 1;
                            } finally {
                                left[0] = true;
                            }
                        });
                    });
                    call.end();
                });
                ctx.thread("canceller", scope::cancel);
                call.awaitShielded();
                return 0;
            });
            check(left[0], "a call waits for its tasks, and a cancellation reaches them");
        }));
    }
}
