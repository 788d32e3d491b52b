package io.anyio.spi;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The services announced through {@link ServiceLoader}. They are looked up with the context class loader of the calling
 * thread, then with the library's own loader, then in the library's own module layer. The context class loader of a
 * thread that belongs to a host, such as a container or a build tool, often knows neither the library nor its backends.
 *
 * <p>AnyIO has no counterpart: it imports its backends by name.
 *
 * @param found one provider for each class name, in the order in which they were found
 * @param failures why other providers could not be used, such as a loader that knows another copy of the library
 */
public record Providers<S>(List<S> found, List<Error> failures) {

    /** Announcements that fail are skipped. More failures than this mean a loader that fails endlessly. */
    private static final int MOST_FAILURES = 50;

    /** Copies both lists. */
    public Providers {
        found = List.copyOf(found);
        failures = List.copyOf(failures);
    }

    /** Looks up the backends. */
    public static Providers<BackendProvider> ofBackends() {
        List<ServiceLoader<BackendProvider>> places = new ArrayList<>();
        for (ClassLoader loader : loaders()) {
            places.add(ServiceLoader.load(BackendProvider.class, loader));
        }
        ModuleLayer layer = layer();
        if (layer != null) {
            places.add(ServiceLoader.load(layer, BackendProvider.class));
        }
        return in(places);
    }

    /** Looks up the context propagators. */
    public static Providers<ContextPropagator> ofContextPropagators() {
        List<ServiceLoader<ContextPropagator>> places = new ArrayList<>();
        for (ClassLoader loader : loaders()) {
            places.add(ServiceLoader.load(ContextPropagator.class, loader));
        }
        ModuleLayer layer = layer();
        if (layer != null) {
            places.add(ServiceLoader.load(layer, ContextPropagator.class));
        }
        return in(places);
    }

    /**
     * Returns a class by its name, found with the context class loader of the calling thread, or else with {@code own}.
     */
    public static Class<?> find(String className, @Nullable ClassLoader own) throws ClassNotFoundException {
        Objects.requireNonNull(className, "className");
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            try {
                return Class.forName(className, true, context);
            } catch (ClassNotFoundException notThere) {
                // the loader of a host may know neither the library nor its neighbours
            }
        }
        return Class.forName(className, true, own);
    }

    private static List<ClassLoader> loaders() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader own = Objects.requireNonNullElse(
                Providers.class.getClassLoader(), ClassLoader.getSystemClassLoader()); // null for the boot loader
        return context == null || context == own ? List.of(own) : List.of(context, own);
    }

    private static @Nullable ModuleLayer layer() {
        return Providers.class.getModule().getLayer();
    }

    private static <S> Providers<S> in(List<ServiceLoader<S>> places) {
        Map<String, S> found = new LinkedHashMap<>();
        List<Error> failures = new ArrayList<>();
        for (ServiceLoader<S> place : places) {
            Iterator<ServiceLoader.Provider<S>> providers = place.stream().iterator();
            int most = failures.size() + MOST_FAILURES;
            while (failures.size() < most) {
                try {
                    if (!providers.hasNext()) {
                        break;
                    }
                    ServiceLoader.Provider<S> provider = providers.next();
                    String name = provider.type().getName();
                    if (!found.containsKey(name)) {
                        found.put(name, provider.get());
                    }
                } catch (ServiceConfigurationError | LinkageError failure) { // the next one may be better
                    failures.add(failure);
                }
            }
        }
        return new Providers<>(List.copyOf(found.values()), failures);
    }
}
