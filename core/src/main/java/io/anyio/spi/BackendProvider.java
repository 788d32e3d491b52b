package io.anyio.spi;

import java.util.List;
import java.util.Map;

/**
 * Finds a backend by name; announced through {@link java.util.ServiceLoader}.
 *
 * <p>AnyIO: how {@code get_async_backend} finds a backend by its name.
 */
public interface BackendProvider {

    /** The name that {@code AnyIO.run(main, name)} looks for. */
    String name();

    /**
     * Options from AnyIO-style names, as in {@code Map.of("use_native_transport", true)}. Values are of the option's
     * type or strings, as they come from system properties.
     *
     * @throws IllegalArgumentException for an unknown name or a value that does not fit, naming the known ones
     */
    BackendOptions options(Map<String, ?> options);

    /** The ways in which this backend can run on this machine, such as one for each transport. For tests. */
    default List<? extends BackendOptions> variants() {
        return List.of(options(Map.of()));
    }
}
