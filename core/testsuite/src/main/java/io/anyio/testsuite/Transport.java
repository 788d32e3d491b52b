package io.anyio.testsuite;

import io.anyio.spi.BackendOptions;
import io.anyio.testing.Simulation;
import java.util.Map;
import java.util.stream.Stream;

/** A transport of the backend under test. */
public record Transport(String label) {

    /** Returns the transports that are available on this machine. */
    public static Stream<Transport> available() {
        return BackendUnderTest.get().transports().stream().map(Transport::new);
    }

    /** Returns the options of one loop of each transport, and those of the simulation. */
    public static Stream<BackendOptions> optionsAndSimulation() {
        return Stream.concat(available().map(Transport::options), Stream.of(Simulation.DEFAULTS));
    }

    /** Returns the most portable transport, for tests that need only one. */
    public static Transport first() {
        return available().findFirst().orElseThrow();
    }

    /** Returns the options for one loop of this transport. */
    public BackendOptions options() {
        return BackendUnderTest.get().options(Map.of("transport", label));
    }

    /** Returns the label, by which the conformance page finds the column of a test. */
    @Override
    public String toString() {
        return label;
    }
}
