package io.anyio.testing.junit;

import io.anyio.Backends;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Providers;
import io.anyio.testing.Simulation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** The options that a test runs with, one after the other: what its annotation and the system properties leave. */
final class Variants {
    private static final String PROPERTY = "anyio.test.backends";
    private static final Set<String> KNOWN = Set.of("netty", "jdk", "simulation"); // perhaps not installed
    private static final String SIMULATION = Simulation.DEFAULTS.backend();

    private Variants() {}

    /** A backend as it is written in an annotation or a property: a name, perhaps with options. */
    private record Request(String name, Map<String, String> options) {
        static Request parse(String text) {
            int mark = text.indexOf('?');
            if (mark < 0) {
                return new Request(text.strip(), Map.of());
            }
            Map<String, String> options = new LinkedHashMap<>();
            for (String option : text.substring(mark + 1).split("&", -1)) {
                int equals = option.indexOf('=');
                if (equals < 1) {
                    throw new ExtensionConfigurationException("Cannot read '" + option + "' in the backend '" + text
                            + "'; write options as in jdk?loops=2&debug=true");
                }
                options.put(
                        option.substring(0, equals).strip(),
                        option.substring(equals + 1).strip());
            }
            return new Request(text.substring(0, mark).strip(), options);
        }
    }

    /** Returns whether the system property restricts the backends, so that a test may have none. */
    static boolean areRestricted() {
        return !property().isEmpty();
    }

    /** Returns the options for a test with {@code test} outside of a class with the annotation. */
    static OptionSet of(AnyIOTest test) {
        return of(test, available());
    }

    /** Returns the options for a test with {@code test}, inside of a class that is for {@code around}. */
    static OptionSet of(AnyIOTest test, OptionSet around) {
        OptionSet wanted = test.backends().length == 0
                ? around
                : of(Stream.of(test.backends()).map(Request::parse).toList());
        return test.simulated() ? wanted : wanted.without(SIMULATION);
    }

    /** Returns the options for a test on all backends. */
    static OptionSet available() {
        return of(List.of());
    }

    private static OptionSet of(List<Request> wanted) {
        List<Request> allowed = property();
        var variants = new OptionSet();
        List<BackendProvider> providers = Providers.ofBackends().found();
        for (Request request : allowed) {
            if (!KNOWN.contains(request.name()) && !isThere(request, providers)) {
                throw new ExtensionConfigurationException(
                        "The system property " + PROPERTY + " names an unknown backend: " + request.name());
            }
        }
        for (BackendProvider provider : providers) {
            String name = provider.name();
            if (isIn(wanted, name) && isIn(allowed, name)) {
                of(provider, named(name, allowed), named(name, wanted)).forEach(variants::add);
            }
        }
        for (Request request : wanted) {
            if (isIn(allowed, request.name()) && !isThere(request, providers)) {
                var _ = Backends.options(request.name(), request.options()); // throws, and says what to add
            }
        }
        return variants;
    }

    private static List<BackendOptions> of(BackendProvider provider, List<Request> allowed, List<Request> wanted) {
        List<BackendOptions> options = new ArrayList<>();
        boolean chosen = allowed.stream().anyMatch(request -> !request.options().isEmpty());
        for (Request request : chosen || wanted.isEmpty() ? allowed : wanted) {
            options.addAll(of(provider, request.options()));
        }
        if (options.isEmpty()) {
            options.addAll(of(provider, Map.of()));
        }
        return options;
    }

    private static List<? extends BackendOptions> of(BackendProvider provider, Map<String, String> given) {
        if (provider.name().equals(SIMULATION)) {
            Map<String, Object> options = new LinkedHashMap<>();
            Seeds.single().ifPresent(seed -> options.put("seed", seed));
            options.putAll(given);
            return List.of(Backends.options(SIMULATION, options));
        }
        return given.isEmpty() ? provider.variants() : List.of(Backends.options(provider.name(), given));
    }

    private static boolean isThere(Request request, List<BackendProvider> providers) {
        return providers.stream().anyMatch(provider -> provider.name().equals(request.name()));
    }

    private static boolean isIn(List<Request> requests, String name) {
        return requests.isEmpty()
                || requests.stream().anyMatch(request -> request.name().equals(name));
    }

    private static List<Request> named(String name, List<Request> requests) {
        return requests.stream().filter(request -> request.name().equals(name)).toList();
    }

    private static List<Request> property() {
        return Stream.of(System.getProperty(PROPERTY, "").split(","))
                .filter(name -> !name.isBlank())
                .map(Request::parse)
                .toList();
    }
}
