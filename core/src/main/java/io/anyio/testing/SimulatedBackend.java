package io.anyio.testing;

import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopPort;
import io.anyio.spi.Network;
import io.anyio.spi.ReadyPolicy;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The backend of one simulation. One thread drives all its loops. */
final class SimulatedBackend implements Backend {
    private final SimulationDriver driver;
    private final @Nullable Carrier carrier;
    private final boolean debug;
    private final boolean slices;
    private final Consumer<SimulationReport> listener;

    SimulatedBackend(
            long seed,
            int loops,
            @Nullable Carrier carrier,
            boolean debug,
            boolean slices,
            Consumer<SimulationReport> listener) {
        this.driver = new SimulationDriver(seed, loops);
        this.carrier = carrier;
        this.debug = debug;
        this.slices = slices;
        this.listener = listener;
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
    public List<? extends LoopPort> loops() {
        return driver.ports();
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
        return carrier;
    }

    @Override
    public boolean debug() {
        return debug;
    }

    @Override
    public @Nullable ReadyPolicy readyPolicy() {
        return slices ? null : driver::pick;
    }

    @Override
    public boolean virtualTime() {
        return true;
    }

    /** See {@link Simulation#work}. */
    void work(long nanos, EngineView engine) {
        driver.work(nanos, engine);
    }

    @Override
    public void start(EngineView engine) {
        driver.start(engine);
    }

    @Override
    public void close() {
        driver.stop();
        listener.accept(driver.report());
    }
}
