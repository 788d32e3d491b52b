package io.anyio.testing.junit;

import io.anyio.spi.BackendOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Options of backends, in the order in which they were added, each once. Options need not define {@code equals}: those
 * of one backend that show as the same text count as the same.
 */
final class OptionSet {
    private final Map<String, BackendOptions> byText = new LinkedHashMap<>();

    void add(BackendOptions options) {
        byText.putIfAbsent(textOf(options), options);
    }

    void addAll(OptionSet others) {
        others.stream().forEach(this::add);
    }

    boolean contains(BackendOptions options) {
        return byText.containsKey(textOf(options));
    }

    Stream<BackendOptions> stream() {
        return byText.values().stream();
    }

    /** Returns the options of this set that are also in another one. */
    OptionSet intersection(OptionSet other) {
        return filtered(other::contains);
    }

    OptionSet without(String backend) {
        return filtered(options -> !options.backend().equals(backend));
    }

    private OptionSet filtered(Predicate<BackendOptions> kept) {
        var rest = new OptionSet();
        stream().filter(kept).forEach(rest::add);
        return rest;
    }

    private static String textOf(BackendOptions options) {
        return options.backend() + " " + options;
    }
}
