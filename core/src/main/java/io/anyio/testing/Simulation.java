package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code simulation}: a virtual clock, a scheduler that follows a seed, and a report of what happened.
 *
 * <p>AnyIO has no counterpart; closest is trio's {@code MockClock} with autojump.
 *
 * <pre>{@code
 * Simulation.DEFAULTS.withSeed(42).run(() -> AnyIO.sleep(Duration.ofHours(1)));   // takes no time
 * }</pre>
 *
 * <ul>
 *   <li>The clock stands still while a task can run. When all tasks wait in the library, it jumps to the next deadline.
 *   <li>Among several ready tasks the seed picks the next. The same seed gives the same order, on both carriers.
 *   <li>When all tasks wait and there is no deadline, nothing can ever happen: the run fails with a
 *       {@link DeadlockException} that names every task and where it waits.
 *   <li>When a task waits outside of the library, or a worker or foreign thread is at work for one, the clock stands
 *       still and the simulation waits in real time, for at most five seconds without progress, before it fails with a
 *       {@link StalledException}. Such a run is marked as not {@linkplain SimulationReport#replayable() replayable}.
 * </ul>
 *
 * A task that only yields for ever keeps the clock from moving for ever. Immutable; any thread may use it.
 */
public final class Simulation implements BackendOptions {

    /** Seed 0, one loop, the best carrier that this JVM allows. */
    public static final Simulation DEFAULTS = new Simulation(0, 1, null, false, _ -> {});

    private final long seed;
    private final int loops;
    private final @Nullable Carrier carrier;
    private final boolean debug;
    private final Consumer<SimulationReport> listener;

    private Simulation(
            long seed, int loops, @Nullable Carrier carrier, boolean debug, Consumer<SimulationReport> listener) {
        this.seed = seed;
        this.loops = loops;
        this.carrier = carrier;
        this.debug = debug;
        this.listener = listener;
    }

    /** With another seed. */
    public Simulation withSeed(long newSeed) {
        return new Simulation(newSeed, loops, carrier, debug, listener);
    }

    /**
     * With several loops, between which the seed picks too. Their tasks take turns; nothing runs in parallel.
     *
     * @throws IllegalArgumentException for less than 1
     */
    public Simulation withLoops(int newLoops) {
        if (newLoops < 1) {
            throw new IllegalArgumentException("A simulation needs at least one loop, not " + newLoops);
        }
        return new Simulation(seed, newLoops, carrier, debug, listener);
    }

    /** On this carrier. */
    public Simulation withCarrier(Carrier newCarrier) {
        return new Simulation(seed, loops, Objects.requireNonNull(newCarrier, "newCarrier"), debug, listener);
    }

    /** With the places where tasks were started and cancellations asked for, attached to what they cause. */
    public Simulation withDebug(boolean newDebug) {
        return new Simulation(seed, loops, carrier, newDebug, listener);
    }

    /** Tells {@code newListener} how the run went when it is over. */
    public Simulation withListener(Consumer<SimulationReport> newListener) {
        return new Simulation(seed, loops, carrier, debug, Objects.requireNonNull(newListener, "newListener"));
    }

    /** Runs {@code main} in a simulation; a failure carries the report, with the seed, as a suppressed exception. */
    public <X extends Exception> void run(Block<X> main) throws X {
        SimulationReport[] report = new SimulationReport[1];
        try {
            AnyIO.run(main, withListener(told -> {
                report[0] = told;
                listener.accept(told);
            }));
        } catch (Throwable failure) {
            if (report[0] != null) {
                failure.addSuppressed(new SimulationNote(report[0]));
            }
            throw failure;
        }
    }

    /** Runs {@code main} once for each seed from 0 to {@code seeds - 1}; a failure names its seed. */
    public static <X extends Exception> void forEachSeed(int seeds, Block<X> main) throws X {
        for (int seed = 0; seed < seeds; seed++) {
            DEFAULTS.withSeed(seed).run(main);
        }
    }

    /** The seed. */
    public long seed() {
        return seed;
    }

    @Override
    public String backend() {
        return SimulationProvider.NAME;
    }

    @Override
    public Backend open() {
        return new SimulatedBackend(seed, loops, carrier, debug, listener);
    }

    @Override
    public String toString() {
        return "Simulation[seed " + seed + ", loops " + loops + "]";
    }
}
