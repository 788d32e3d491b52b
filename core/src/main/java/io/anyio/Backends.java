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

    /** Returns the backends that can run; the default backend comes first if it is one of them. */
    static List<String> available() {
        List<BackendProvider> found = Providers.ofBackends().found();
        String first = System.getProperty("anyio.backend", defaultAmong(namesOf(found)));
        List<String> available = namesOf(found.stream()
                .filter(provider -> provider.unavailability().isEmpty())
                .toList());
        if (available.remove(first)) {
            available.addFirst(first);
        }
        return List.copyOf(available);
    }

    /** Returns the names of backends, the known ones first. */
    private static List<String> namesOf(List<BackendProvider> found) {
        List<String> there = found.stream().map(BackendProvider::name).toList();
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
     * @throws IllegalStateException when the backend is installed but cannot run in this JVM, for example because its
     *     network library has another version; the message says what to do
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
        provider.unavailability().ifPresent(reason -> {
            throw new IllegalStateException("The backend '" + name + "' cannot run here. " + reason);
        });
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
     * netty, backends of other parties, and jdk. A backend that is installed but cannot run remains the default, so
     * that the error is not hidden by another backend.
     */
    public static String defaultName() {
        String name = System.getProperty("anyio.backend");
        return name == null ? defaultAmong(namesOf(Providers.ofBackends().found())) : name;
    }

    private static String defaultAmong(List<String> installed) {
        return installed.stream()
                .filter(name -> !name.equals(FALLBACK) && !name.equals(SIMULATION))
                .findFirst()
                .orElse(FALLBACK);
    }
}
