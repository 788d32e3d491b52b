package io.anyio;

import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Providers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Finds backends by name, and the default backend. */
final class Backends {

    /** The known backends, each with the dependency that provides it. */
    private static final Map<String, String> KNOWN = new LinkedHashMap<>();

    static {
        KNOWN.put("netty", "io.anyio:anyio-netty");
        KNOWN.put("simulation", "io.anyio:anyio-core");
    }

    private Backends() {}

    static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /** Returns the installed backends; the default backend comes first if it is installed. */
    static List<String> available() {
        List<String> there = Providers.ofBackends().found().stream()
                .map(BackendProvider::name)
                .toList();
        List<String> available = new ArrayList<>(KNOWN.keySet());
        available.retainAll(there);
        for (String name : there) {
            if (!available.contains(name)) {
                available.add(name);
            }
        }
        String first = defaultName();
        if (available.remove(first)) {
            available.addFirst(first);
        }
        return List.copyOf(available);
    }

    /** Returns the options of a backend from AnyIO-style names. System properties supply the options not given. */
    static BackendOptions options(String name, Map<String, ?> given) {
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
                                    + ". For the default backend, netty, add io.anyio:anyio-netty"
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

    /** Returns the name of the default backend: the value of the system property, or netty. */
    static String defaultName() {
        return System.getProperty("anyio.backend", "netty");
    }
}
