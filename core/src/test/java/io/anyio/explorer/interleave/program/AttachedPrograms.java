package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.AttachedRun;
import io.anyio.RunFinishedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** {@link AttachedRun}: whoever was given a future gets an end of it, whenever the run ends. */
final class AttachedPrograms {
    private AttachedPrograms() {}

    static void startAgainstClose(Stage stage) {
        AttachedRun run = open(stage);
        List<Future<String>> started = new ArrayList<>();
        stage.thread("closer", run::cancel);
        for (String name : List.of("first", "second")) {
            stage.thread("starter of " + name, () -> {
                try {
                    started.add(run.start(name, () -> "done"));
                } catch (RunFinishedException e) {
                    // it was closed before
                }
            });
        }
        awaitEnd(stage, run);
        stage.join();
        for (Future<String> future : started) {
            check(future.isDone(), "a future that was given out is completed");
        }
    }

    static void cancelledFutureCancelsItsTask(Stage stage) {
        AttachedRun run = open(stage);
        boolean[] began = new boolean[1];
        boolean[] ended = new boolean[1];
        Future<?> future = run.start("task", () -> {
            began[0] = true;
            try {
                AnyIO.sleepForever();
                return null;
            } finally {
                ended[0] = true;
            }
        });
        stage.thread("canceller", () -> future.cancel(true));
        stage.until(() -> ended[0]);
        check(began[0], "a task that was started begins");
        run.cancel();
        awaitEnd(stage, run);
        stage.join();
    }

    private static AttachedRun open(Stage stage) {
        AttachedRun run = AttachedRun.open(stage.backend(2));
        stage.ready();
        return run;
    }

    private static void awaitEnd(Stage stage, AttachedRun run) {
        boolean[] over = new boolean[1];
        run.ended().thenRun(() -> over[0] = true);
        stage.until(() -> over[0]);
    }
}
