package io.anyio.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A factory for the options of one backend, found by its name. Announced through {@link java.util.ServiceLoader}.
 *
 * <p>An announced backend becomes the default of {@code AnyIO.run} if {@code netty} is not installed and no system
 * property names another, and tests that are marked for every backend run on it.
 *
 * <p>AnyIO: how {@code get_async_backend} finds a backend by its name.
 */
public interface BackendProvider {

    /** Returns the name that {@code AnyIO.run(main, name)} looks for. */
    String name();

    /**
     * Returns options from AnyIO-style names, as in {@code Map.of("use_native_transport", true)}. A value has the type
     * of its option or is a string, as in a system property.
     *
     * @throws IllegalArgumentException for an unknown name, with the known names, or for a value that does not fit
     */
    BackendOptions options(Map<String, ?> options);

    /**
     * Returns why no run of this backend can begin in this JVM, and what to do, in one or more sentences; empty if one
     * can. A backend whose network library may be missing or have another version overrides this. It is then announced,
     * but not one of {@code AnyIO.availableBackends}, and its use is an error with this text. May be called from any
     * thread; must be cheap when called again.
     */
    default Optional<String> unavailability() {
        return Optional.empty();
    }

    /** Returns the ways in which this backend can run on this machine, such as one for each transport. For tests. */
    default List<? extends BackendOptions> variants() {
        return List.of(options(Map.of()));
    }
}
