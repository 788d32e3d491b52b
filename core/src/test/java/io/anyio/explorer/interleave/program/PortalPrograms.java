package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunInterruptedException;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Threads outside of the event loops that run code on them: {@link FromThread} and {@link BlockingPortal}. */
final class PortalPrograms {
    private PortalPrograms() {}

    static void cancelledHostLeavesNoCodeOnItsLoop(ProgramContext ctx) {
        boolean[] runs = new boolean[1];
        boolean[] returned = new boolean[1];
        ctx.run(() -> {
            CancelScope scope = CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                ToThread.run(() -> {
                    FromThread.run(() -> {
                        runs[0] = true;
                        try {
                            AnyIO.checkpoint();
                        } finally {
                            runs[0] = false;
                        }
                    });
                    returned[0] = true;
                });
            });
            check(!runs[0], "the code has ended when the call of its host has");
            check(returned[0] || scope.cancelledCaught(), "the worker is told of a cancellation, and of nothing else");
        });
    }

    static void runNowIsNotCancelled(ProgramContext ctx) {
        boolean[] begun = new boolean[1];
        boolean[] ended = new boolean[1];
        ctx.run(() -> {
            CancelScope.open(inside -> {
                ctx.thread("canceller", inside::cancel);
                ToThread.run(() -> FromThread.runNow(() -> {
                    begun[0] = true;
                    AnyIO.checkpoint();
                    ended[0] = true;
                }));
            });
            check(begun[0] == ended[0], "code that has begun runs to its end");
        });
    }

    static void interruptedCallerGetsTheValueOrTheInterrupt(ProgramContext ctx) {
        withInterruptedCaller(ctx, portal -> {
            String got = portal.call(() -> {
                AnyIO.checkpoint();
                return "x";
            });
            check("x".equals(got), "the value, or the interrupt");
        });
    }

    static void interruptOfACallerReachesItsTask(ProgramContext ctx) {
        withInterruptedCaller(ctx, portal -> portal.call(AnyIO::sleepForever));
    }

    static void reportedTaskGoesOnAfterAnInterrupt(ProgramContext ctx) {
        boolean[] cancelled = new boolean[1];
        withInterruptedCaller(ctx, portal -> {
            var started = portal.<String, String>startTask(status -> {
                status.started("ready");
                AnyIO.checkpoint();
                return "x";
            });
            check("ready".equals(started.startValue()), "the value of the report");
            ctx.until(started.future()::isDone);
            cancelled[0] = started.future().isCancelled();
        });
        check(!cancelled[0], "whose report has arrived is not cancelled by an interrupt of its starter");
    }

    static void startAgainstStop(ProgramContext ctx) {
        int[] running = new int[1];
        List<Future<String>> started = new ArrayList<>();
        ctx.run(() -> {
            BlockingPortal.run(portal -> {
                for (String name : List.of("first", "second")) {
                    ctx.thread("starter of " + name, () -> {
                        try {
                            started.add(portal.startSoon(ctx.on(0, name), () -> {
                                running[0]++;
                                AnyIO.checkpoint();
                                running[0]--;
                                return name;
                            }));
                        } catch (IllegalStateException refused) {
                            // it was stopped before
                        }
                    });
                }
                AnyIO.checkpoint();
            });
            check(running[0] == 0, "a portal ends when its tasks have ended");
        });
        for (Future<String> future : started) {
            check(future.isDone() && !future.isCancelled(), "a call that was accepted is run");
        }
    }

    /** Runs code on a thread outside, which another one interrupts at any moment. */
    private static void withInterruptedCaller(ProgramContext ctx, PortalCode code) {
        @Nullable Thread[] caller = new Thread[1];
        boolean[] interrupted = new boolean[1];
        ctx.run(() -> BlockingPortal.run(portal -> {
            ctx.thread("caller", () -> {
                caller[0] = Thread.currentThread();
                try {
                    code.run(portal);
                } catch (RunInterruptedException e) {
                    check(Thread.currentThread().isInterrupted(), "who is told of the interrupt still has its status");
                }
                ctx.until(() -> interrupted[0]);
                check(Thread.interrupted(), "an interrupt is not lost");
                portal.stop();
            });
            ctx.thread("interrupter", () -> {
                ctx.until(() -> caller[0] != null);
                if (caller[0] != null) {
                    ctx.interrupt(caller[0]);
                }
                interrupted[0] = true;
            });
            portal.sleepUntilStopped();
        }));
    }

    /** Code that calls a portal. */
    private interface PortalCode {
        void run(BlockingPortal portal);
    }
}
