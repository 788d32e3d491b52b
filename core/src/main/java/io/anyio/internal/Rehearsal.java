package io.anyio.internal;

import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.Network;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes and cancels a few tasks of its own while the first tasks of a JVM begin. This keeps the JIT compiler from
 * pruning the code that runs after a wait.
 */
public final class Rehearsal {
    /*
     * The compiler replaces branches and exception handlers that have never run by a trap. When many tasks wait before the
     * first of them is woken, each of their stacks contains such a trap, and each one is deoptimized by itself, for some
     * 20 µs. One execution while the code is being profiled is enough to prevent this.
     *
     * Profiling begins some time after the first calls, in code that a compiler thread has to compile first, and ends
     * after some 5000 calls. A rehearsal at the start of the JVM would leave no trace in the profile. There is one for
     * every EVERY tasks that begin, until LAST have begun. A program with fewer tasks than EVERY has none.
     *
     * The tasks of a rehearsal belong to a separate run, on the carrier of the run for which they rehearse, so they do
     * not appear in its snapshots and dumps. On the loop carrier the loop's thread runs them between two drains; on the
     * portable carrier they run where all tasks run. Only runs on the system clock have rehearsals: in simulations the
     * same seed must lead to the same steps.
     */

    private static final int EVERY = 1024;
    private static final int LAST = 64 * EVERY;

    private static final AtomicInteger BEGUN = new AtomicInteger(); // tasks, up to LAST; any task

    private static volatile @Nullable Runnable script; // set before the first run

    private Rehearsal() {}

    /** Sets what the first task of a rehearsal does. */
    public static void provide(Runnable play) {
        script = play;
    }

    /** Counts a task that has begun. Returns whether a rehearsal by {@link #hold} should follow soon. */
    static boolean dueAt(TaskLoop loop) {
        return BEGUN.get() < LAST
                && BEGUN.incrementAndGet() % EVERY == 0
                && loop.run().onSystemClock();
    }

    /**
     * Holds a rehearsal. On the loop carrier it must be called by a platform thread outside of every task, and the
     * rehearsal has ended when this method returns. On the portable carrier any thread may call; the method does not
     * wait.
     */
    static void hold(Carrier carrier) {
        Runnable play = script;
        if (play == null) {
            return; // a run that was not made by AnyIO.run or AttachedRun
        }
        try {
            var stage = new Stage(carrier);
            var base = ScopeNode.ofTask(null);
            var first = new Task(
                    "rehearsal",
                    RunLauncher.createRehearsal(stage).loop(0),
                    0,
                    ContextMap.EMPTY,
                    base,
                    () -> {
                        play.run();
                        return null;
                    },
                    new Task.End() {
                        @Override
                        protected void ended(Task task, @Nullable Object value, @Nullable Throwable failure) {
                            base.end(failure != null);
                        }
                    });
            base.setHost(first);
            first.start();
            stage.runDrains();
        } catch (RuntimeException | Error ignored) {
            // such as no memory for another task: a program must not fail because of a rehearsal
        }
    }

    /** A backend with one loop and without timers. The caller of {@link #runDrains} drains the loop. */
    private static final class Stage implements Backend, LoopDriver {
        private final Carrier carrier;
        private volatile @Nullable Runnable posted; // set by any thread, cleared by runDrains()

        Stage(Carrier carrier) {
            this.carrier = carrier;
        }

        void runDrains() {
            for (Runnable next = posted; next != null; next = posted) {
                posted = null;
                next.run();
            }
        }

        @Override
        public Carrier carrier() {
            return carrier;
        }

        @Override
        public List<? extends LoopDriver> loops() {
            return List.of(this);
        }

        @Override
        public Clock clock() {
            return Clock.system();
        }

        @Override
        public String name() {
            return "rehearsal";
        }

        @Override
        public String transport() {
            return "none";
        }

        @Override
        public Optional<Network> network() {
            return Optional.empty();
        }

        @Override
        public void execute(Runnable drain) {
            if (carrier == Carrier.LOOP) {
                posted = drain;
            } // on the portable carrier only a timer would need a drain
        }

        @Override
        public void executeAfterIo(Runnable drain) {
            execute(drain);
        }

        @Override
        public void arm(long delayNanos, Runnable onTime) {
            // every sleep of a rehearsal is cancelled
        }

        @Override
        public void onTermination(Runnable action) {
            // ends with its tasks
        }

        @Override
        public void close() {
            // owns nothing
        }
    }
}
