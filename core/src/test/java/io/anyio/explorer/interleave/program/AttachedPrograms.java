package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.AttachedRun;
import io.anyio.ContextPropagation;
import io.anyio.RunFinishedException;
import io.anyio.TaskOptions;
import io.anyio.spi.ContextPropagator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** {@link AttachedRun}: every future is completed, whenever the run ends. */
final class AttachedPrograms {
    private static final ThreadLocal<@Nullable String> INHERITED = new InheritableThreadLocal<>();

    private AttachedPrograms() {}

    static void startAgainstClose(ProgramContext ctx) {
        AttachedRun run = open(ctx);
        List<Future<String>> started = new ArrayList<>();
        ctx.thread("closer", run::cancel);
        for (String name : List.of("first", "second")) {
            ctx.thread("starter of " + name, () -> {
                try {
                    started.add(run.start(TaskOptions.named(name), () -> "done"));
                } catch (RunFinishedException e) {
                    // it was closed before
                }
            });
        }
        awaitEnd(ctx, run);
        ctx.join();
        for (Future<String> future : started) {
            check(future.isDone(), "a future that was given out is completed");
        }
    }

    static void closeReachesTasksThatBeganFirst(ProgramContext ctx) {
        AttachedRun run = open(ctx);
        List<Future<?>> waiting = new ArrayList<>();
        for (int loop = 0; loop < 2; loop++) {
            waiting.add(run.start(TaskOptions.named("on loop " + loop), AnyIO::sleepForever));
        }
        ctx.thread("closer", run::cancel);
        awaitEnd(ctx, run);
        ctx.join();
        for (Future<?> future : waiting) {
            check(future.isDone(), "a run that is closed ends its tasks");
        }
    }

    /** Early ones too, which come before the first task has begun. */
    static void startIsMadeByItsCaller(ProgramContext ctx) {
        Thread[] carried = new Thread[1]; // set and read in one step of a task
        List<Thread> asked = new ArrayList<>();
        var propagator = new ContextPropagator() {
            @Override
            public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
                Thread caller = Thread.currentThread();
                asked.add(caller);
                return () -> {
                    carried[0] = caller;
                    return code.call();
                };
            }
        };
        AttachedRun run = open(ctx);
        ContextPropagation.register(propagator);
        try {
            List<Future<?>> started = new ArrayList<>();
            for (String name : List.of("first", "second")) {
                ctx.thread("starter of " + name, () -> {
                    Thread caller = Thread.currentThread();
                    INHERITED.set(name);
                    started.add(run.start(TaskOptions.named(name), () -> {
                        check(carried[0] == caller, "a task runs with the context of the thread that started it");
                        check(name.equals(INHERITED.get()), "a task's thread is made by the thread that started it");
                        return null;
                    }));
                    check(
                            asked.stream().filter(caller::equals).count() == 1,
                            "a propagator is asked once for each start");
                });
            }
            ctx.join();
            for (Future<?> future : started) {
                ctx.until(future::isDone);
                check(future.state() == Future.State.SUCCESS, "no task has found a fault");
            }
        } finally {
            ContextPropagation.unregister(propagator);
        }
        run.cancel();
        awaitEnd(ctx, run);
    }

    static void cancelledFutureCancelsItsTask(ProgramContext ctx) {
        AttachedRun run = open(ctx);
        boolean[] began = new boolean[1];
        boolean[] ended = new boolean[1];
        Future<?> future = run.start(TaskOptions.named("task"), () -> {
            began[0] = true;
            try {
                AnyIO.sleepForever();
                return null;
            } finally {
                ended[0] = true;
            }
        });
        ctx.thread("canceller", () -> future.cancel(true));
        ctx.until(() -> ended[0]);
        check(began[0], "a task that was started begins");
        run.cancel();
        awaitEnd(ctx, run);
        ctx.join();
    }

    private static AttachedRun open(ProgramContext ctx) {
        AttachedRun run = AttachedRun.open(ctx.backend(2));
        ctx.ready();
        return run;
    }

    private static void awaitEnd(ProgramContext ctx, AttachedRun run) {
        boolean[] over = new boolean[1];
        run.ended().thenRun(() -> over[0] = true);
        ctx.until(() -> over[0]);
    }
}
