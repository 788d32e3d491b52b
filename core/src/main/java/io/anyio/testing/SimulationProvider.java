package io.anyio.testing;

import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Carrier;
import java.util.Locale;
import java.util.Map;

/**
 * Provides the simulation by its name; its options are {@code seed}, {@code loops}, {@code carrier} and {@code debug}.
 *
 * <p>AnyIO has no counterpart.
 */
public final class SimulationProvider implements BackendProvider {
    static final String NAME = "simulation";

    /** Called by {@link java.util.ServiceLoader}. */
    public SimulationProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public BackendOptions options(Map<String, ?> options) {
        Simulation simulation = Simulation.DEFAULTS;
        for (Map.Entry<String, ?> option : options.entrySet()) {
            String value = String.valueOf(option.getValue());
            simulation = switch (option.getKey()) {
                case "seed" -> simulation.withSeed(Long.parseLong(value));
                case "loops" -> simulation.withLoops(Integer.parseInt(value));
                case "carrier" -> simulation.withCarrier(Carrier.valueOf(value.toUpperCase(Locale.ROOT)));
                case "debug" -> simulation.withDebug(Boolean.parseBoolean(value));
                default ->
                    throw new IllegalArgumentException("The backend 'simulation' has no option '" + option.getKey()
                            + "'; it has seed, loops, carrier and debug");
            };
        }
        return simulation;
    }
}
