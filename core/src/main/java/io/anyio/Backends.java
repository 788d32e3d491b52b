package io.anyio;

import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Providers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds backends and their options by name, for programs that get both from a command line or a configuration.
 *
 * <p>AnyIO: {@code backend} and {@code backend_options} of {@code run}.
 */
public final class Backends {

    private static final String FALLBACK = "jdk";
    private static final String SIMULATION = "simulation";

    /** The known backends, each with the dependency that provides it. */
    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("netty", "io.anyio:anyio-netty");
        KNOWN.put(FALLBACK, "io.anyio:anyio-core");
        KNOWN.put(SIMULATION, "io.anyio:anyio-core");
    }

    private Backends() {}

    static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /** Returns the installed backends; the default backend comes first if it is installed. */
    static List<String> available() {
        List<String> available = new ArrayList<>(installed());
        String first = System.getProperty("anyio.backend", defaultAmong(available));
        if (available.remove(first)) {
            available.addFirst(first);
        }
        return List.copyOf(available);
    }

    /** Returns the installed backends, the known ones first. */
    private static List<String> installed() {
        List<String> there = Providers.ofBackends().found().stream()
                .map(BackendProvider::name)
                .toList();
        List<String> installed = new ArrayList<>(KNOWN.keySet());
        installed.retainAll(there);
        for (String name : there) {
            if (!installed.contains(name)) {
                installed.add(name);
            }
        }
        return installed;
    }

    /**
     * Returns the options of the backend with this name, for {@link AnyIO#run(Block, BackendOptions)}. The options have
     * AnyIO-style names, as in {@code Map.of("use_native_transport", true)}. System properties, such as
     * {@code anyio.netty.use_native_transport}, supply the options not given. May be called from any thread.
     *
     * @throws IllegalArgumentException when the backend is missing; the message names the dependency to add. Also for
     *     an option that the backend does not have, or a value that does not fit
     */
    public static BackendOptions options(String name, Map<String, ?> given) {
        Objects.requireNonNull(name, "backend");
        Objects.requireNonNull(given, "options");
        Providers<BackendProvider> providers = Providers.ofBackends();
        BackendProvider provider = providers.found().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElse(null);
        if (provider == null) {
            String coordinates = KNOWN.get(name);
            var missing = new IllegalArgumentException(
                    coordinates == null
                            ? "No such backend: " + name + ". Known backends: " + String.join(", ", names())
                                    + ". For the backend netty, add io.anyio:anyio-netty"
                            : "The backend '" + name + "' is not on the class path or module path; add the dependency "
                                    + coordinates);
            providers.failures().forEach(missing::addSuppressed); // the backend may be one of those
            throw missing;
        }
        Map<String, Object> options = new LinkedHashMap<>();
        String prefix = "anyio." + name + ".";
        for (String key : System.getProperties().stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                options.put(key.substring(prefix.length()), System.getProperty(key));
            }
        }
        options.putAll(given);
        return provider.options(options);
    }

    /**
     * Returns the name of the default backend: the value of the system property, otherwise the first installed one of
     * netty, backends of other parties, and jdk.
     */
    public static String defaultName() {
        String name = System.getProperty("anyio.backend");
        return name == null ? defaultAmong(installed()) : name;
    }

    private static String defaultAmong(List<String> installed) {
        return installed.stream()
                .filter(name -> !name.equals(FALLBACK) && !name.equals(SIMULATION))
                .findFirst()
                .orElse(FALLBACK);
    }
}
