package io.anyio.explorer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs scenarios under many seeds, and abandons those that hang. */
final class Explorer {
    /** In place of a number of loops: two or three, by the seed. */
    static final int SEVERAL = 0;

    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final int MOST_HANGING = 3;
    private static final AtomicInteger HANGING = new AtomicInteger();

    private volatile long seed;
    private volatile @Nullable ScenarioContext context;
    private volatile @Nullable Finding finding;

    private Explorer() {}

    /** The first finding with the seeds from {@code from} to {@code to - 1}, or null. */
    static @Nullable Finding explore(Scenario scenario, int loops, long from, long to) throws InterruptedException {
        if (HANGING.get() >= MOST_HANGING) {
            throw new AssertionError("Not explored, because " + MOST_HANGING + " scenarios hang");
        }
        var explorer = new Explorer();
        Thread runner = Thread.ofPlatform()
                .daemon()
                .name("explorer")
                .start(() -> explorer.runAll(scenario, loops, from, from + (to - from) * scenario.weight()));
        long before = from - 1;
        while (!runner.join(PATIENCE)) {
            Finding found = explorer.finding;
            if (found != null) {
                return found; // simplifying it takes too long
            }
            long at = explorer.seed;
            if (at == before) {
                HANGING.incrementAndGet();
                return explorer.hanging(scenario, loops, runner);
            }
            before = at;
        }
        return explorer.finding;
    }

    private void runAll(Scenario scenario, int loops, long from, long to) {
        for (long next = from; next < to && finding == null; next++) {
            seed = next;
            finding = runOnce(scenario, next, loopsFor(loops, next));
        }
        Finding found = finding;
        if (found != null) {
            finding = scenario.simplifier().apply(found);
        }
    }

    private static int loopsFor(int loops, long seed) {
        return loops == SEVERAL ? 2 + (int) (seed % 2) : loops;
    }

    private @Nullable Finding runOnce(Scenario scenario, long runSeed, int loops) {
        var ctx = new ScenarioContext(runSeed, scenario.slices() ? 1 : loops, scenario.slices());
        context = ctx;
        return run(scenario.name(), scenario.program(), ctx);
    }

    /** Runs a program once; returns the finding, or null. */
    static @Nullable Finding run(String name, Scenario.Program program, ScenarioContext ctx) {
        try {
            ctx.simulation().run(() -> {
                try {
                    ctx.begin();
                    program.run(ctx);
                    ctx.finish();
                } catch (Exception | Error thrown) {
                    throw thrown;
                } catch (Throwable thrown) {
                    throw new AssertionError(thrown);
                }
            });
            ctx.ended();
            return null;
        } catch (Throwable thrown) { // whatever it is, it is what was looked for
            return new Finding(name, ctx.seed, ctx.loops, ctx.firstFailureOr(thrown), ctx.trace());
        }
    }

    private Finding hanging(Scenario scenario, int loops, Thread runner) {
        var cause = new AssertionError("it hangs: no end after " + PATIENCE);
        cause.setStackTrace(runner.getStackTrace());
        ScenarioContext ctx = context;
        List<String> trace = ctx == null ? List.of() : new ArrayList<>(ctx.trace());
        return new Finding(scenario.name(), seed, loopsFor(loops, seed), cause, trace);
    }
}
