package io.anyio.spi;

import java.util.List;
import java.util.Map;

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

    /** Returns the ways in which this backend can run on this machine, such as one for each transport. For tests. */
    default List<? extends BackendOptions> variants() {
        return List.of(options(Map.of()));
    }
}
