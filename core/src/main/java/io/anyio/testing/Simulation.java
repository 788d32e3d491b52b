package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.lowlevel.CurrentBackend;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code simulation}: a virtual clock, a scheduler driven by a seed, and a report of the run.
 *
 * <p>AnyIO has no counterpart; closest is trio's {@code MockClock} with autojump.
 *
 * <pre>{@code
 * Simulation.DEFAULTS.withSeed(42).run(() -> AnyIO.sleep(Duration.ofHours(1)));   // takes no time
 * }</pre>
 *
 * <ul>
 *   <li>The clock stops while a task can run. When all tasks wait in the library, it jumps to the next deadline.
 *   <li>The seed picks the next task among several ready ones. The same seed gives the same order, on both carriers.
 *   <li>If all tasks wait and there is no deadline, nothing can happen any more: the run fails with a
 *       {@link DeadlockException} that names every task and where it waits; after a second of real time, if tasks have
 *       used worker threads or awaited futures of other code, which may still be running.
 *   <li>While a task waits outside of the library, or a worker or foreign thread works for one, the clock stops and the
 *       simulation waits in real time. After five seconds without progress it fails with a {@link StalledException}.
 *       For a future of other code, which a task of the run may complete as well, the clock stops for 100 ms of real
 *       time only, if there is a deadline to which it can go on; {@link #hold} stops it for longer. Such a run is
 *       marked as not {@linkplain SimulationReport#replayable() replayable}.
 * </ul>
 *
 * A task that yields forever without waiting stops the clock forever, unless it declares {@link #work}. Immutable. May
 * be used by any thread.
 */
public final class Simulation implements BackendOptions {

    /** The default simulation: seed 0, one loop, the best carrier that this JVM allows. */
    public static final Simulation DEFAULTS = new Simulation(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private long seed;
        private int loops = 1;
        private @Nullable Carrier carrier;
        private boolean debug;
        private boolean slices;
        private Consumer<SimulationReport> listener = _ -> {};

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private Simulation(Values values) {
        this.values = values;
    }

    /** Returns this simulation with another seed. */
    public Simulation withSeed(long newSeed) {
        Values changed = values.copy();
        changed.seed = newSeed;
        return new Simulation(changed);
    }

    /**
     * Returns this simulation with several loops, among which the seed picks too. Their tasks never run in parallel.
     *
     * @throws IllegalArgumentException for less than 1
     */
    public Simulation withLoops(int newLoops) {
        if (newLoops < 1) {
            throw new IllegalArgumentException("The number of loops must be at least 1, not " + newLoops);
        }
        Values changed = values.copy();
        changed.loops = newLoops;
        return new Simulation(changed);
    }

    /** Returns this simulation on another carrier. */
    public Simulation withCarrier(Carrier newCarrier) {
        Values changed = values.copy();
        changed.carrier = Objects.requireNonNull(newCarrier, "newCarrier");
        return new Simulation(changed);
    }

    /**
     * Returns this simulation with or without debug mode, which attaches to a failure where its task was started and
     * its cancellation requested.
     */
    public Simulation withDebug(boolean newDebug) {
        Values changed = values.copy();
        changed.debug = newDebug;
        return new Simulation(changed);
    }

    /**
     * Returns this simulation with or without the time slices of a real loop. With them, tasks run first come, first
     * served, and a call that can complete immediately lets other tasks run if the task has used up its slice of 50 µs.
     * While a task runs, only {@link #work} moves the clock. {@link SimulationReport#longestDrain} tells how long a
     * loop kept its I/O waiting.
     *
     * <p>For tests of fairness in time. The order of tasks no longer depends on the seed.
     */
    public Simulation withSlices(boolean newSlices) {
        Values changed = values.copy();
        changed.slices = newSlices;
        return new Simulation(changed);
    }

    /** Returns this simulation with a listener, which gets the report of each run after its end. */
    public Simulation withListener(Consumer<SimulationReport> newListener) {
        Values changed = values.copy();
        changed.listener = Objects.requireNonNull(newListener, "newListener");
        return new Simulation(changed);
    }

    /** Runs {@code main} in a simulation. A failure carries the report, with the seed, as a suppressed exception. */
    public <X extends Exception> void run(Block<X> main) throws X {
        SimulationReport[] report = new SimulationReport[1];
        try {
            AnyIO.run(main, withListener(told -> {
                report[0] = told;
                values.listener.accept(told);
            }));
        } catch (Throwable failure) {
            if (report[0] != null) {
                failure.addSuppressed(new SimulationNote(report[0]));
            }
            throw failure;
        }
    }

    /** Runs {@code main} once for each seed from 0 to {@code seeds - 1}. A failure names its seed. */
    public static <X extends Exception> void forEachSeed(int seeds, Block<X> main) throws X {
        for (int seed = 0; seed < seeds; seed++) {
            DEFAULTS.withSeed(seed).run(main);
        }
    }

    /**
     * Moves the virtual clock by {@code span}, as if the current task had computed for that time. Not a checkpoint.
     *
     * @throws IllegalArgumentException for a negative span
     * @throws IllegalStateException when the current task does not run in a simulation
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static void work(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("The duration of work must not be negative: " + span);
        }
        SimulatedBackend simulated = current("work in virtual time", "do real work");
        simulated.work(span.toNanos(), CurrentBackend.engine("work in virtual time"));
    }

    /**
     * Holds the simulation of the current task: when the task waits or yields next, no task runs and the clock stands
     * until {@link Hold#close}. The order of tasks then does not depend on how long a thread outside takes, such as
     * that of a test framework between its callbacks. Not for a simulation with {@linkplain #withSlices slices}. Not a
     * checkpoint.
     *
     * @throws IllegalStateException when the current task does not run in a simulation
     * @throws io.anyio.NoEventLoopException when not called by a task
     */
    public static Hold hold() {
        return new Hold(current("hold a simulation", "hold only simulations"));
    }

    /** The time in which a simulation is held. It goes on when every hold of it has been closed. */
    public static final class Hold implements AutoCloseable {
        private final SimulatedBackend simulated;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Hold(SimulatedBackend simulated) {
            this.simulated = simulated;
            simulated.hold();
        }

        /** Returns another hold of the same simulation. May be called from any thread. */
        public Hold another() {
            return new Hold(simulated);
        }

        /** Lets the simulation go on. May be called from any thread; idempotent. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                simulated.release();
            }
        }
    }

    private static SimulatedBackend current(String what, String advice) {
        Backend backend = CurrentBackend.get(what);
        if (backend instanceof SimulatedBackend simulated) {
            return simulated;
        }
        throw new IllegalStateException("Cannot " + what + ": this run is on the backend '" + backend.name()
                + "', which has no virtual clock; run it with Simulation, or " + advice);
    }

    /** Returns the seed. */
    public long seed() {
        return values.seed;
    }

    int loops() {
        return values.loops;
    }

    @Nullable
    Carrier carrier() {
        return values.carrier;
    }

    boolean debug() {
        return values.debug;
    }

    boolean slices() {
        return values.slices;
    }

    Consumer<SimulationReport> listener() {
        return values.listener;
    }

    @Override
    public String backend() {
        return SimulationProvider.NAME;
    }

    @Override
    public Backend open() {
        return new SimulatedBackend(this);
    }

    @Override
    public String toString() {
        return "Simulation[seed " + values.seed + ", loops " + values.loops + (values.debug ? ", debug" : "")
                + (values.carrier == null ? "" : ", carrier " + values.carrier.label()) + "]";
    }
}
