package io.anyio.testing;

import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.Network;
import io.anyio.spi.SchedulingPolicy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The backend of one simulation. One thread drives all its loops. */
final class SimulatedBackend implements Backend {
    private final Simulation options;
    private final SimulationDriver driver;

    SimulatedBackend(Simulation options) {
        this.options = options;
        this.driver = new SimulationDriver(options.seed(), options.loops());
    }

    @Override
    public String name() {
        return SimulationProvider.NAME;
    }

    @Override
    public String transport() {
        return "none";
    }

    @Override
    public List<? extends LoopDriver> loops() {
        return driver.loops();
    }

    @Override
    public Clock clock() {
        return driver::nanoTime;
    }

    @Override
    public Optional<Network> network() {
        return Optional.empty();
    }

    @Override
    public @Nullable Carrier carrier() {
        return options.carrier();
    }

    @Override
    public boolean debug() {
        return options.debug();
    }

    @Override
    public @Nullable SchedulingPolicy schedulingPolicy() {
        return options.slices() ? null : driver::pick;
    }

    @Override
    public boolean virtualTime() {
        return true;
    }

    /** See {@link Simulation#work}. */
    void work(long nanos, EngineView engine) {
        driver.work(nanos, engine);
    }

    /** See {@link Simulation#hold}. */
    void hold() {
        driver.hold();
    }

    /** Ends one {@link #hold}. */
    void release() {
        driver.release();
    }

    @Override
    public void start(EngineView engine) {
        driver.start(engine);
    }

    @Override
    public void close() {
        driver.stop();
        options.listener().accept(driver.report());
    }
}
