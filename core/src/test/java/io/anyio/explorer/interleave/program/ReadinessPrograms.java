package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.jdk.ReadinessSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The readiness of a channel: no report of a selector is lost on a task that tries at the same time. */
final class ReadinessPrograms {
    private static final int ITEMS = 2;

    private ReadinessPrograms() {}

    static void noReportIsLost(ProgramContext ctx) {
        Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
        var source = new ReadinessSource(posted::add, _ -> false);
        var consumed = new AtomicInteger();
        ctx.thread("producer", () -> {
            for (int i = 0; i < ITEMS; i++) {
                source.add();
            }
        });
        ctx.thread("loop", () -> {
            while (consumed.get() < ITEMS) {
                ctx.until(() -> !posted.isEmpty() || source.isReported() || consumed.get() == ITEMS);
                Runnable action = posted.poll();
                if (action != null) {
                    action.run();
                }
                source.turn();
            }
        });
        ctx.run(1, () -> {
            while (consumed.get() < ITEMS) {
                consumed.addAndGet(source.consume());
            }
        });
        check(consumed.get() == ITEMS, "each item is consumed once");
    }
}
