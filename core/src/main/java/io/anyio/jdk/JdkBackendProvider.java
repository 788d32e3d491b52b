package io.anyio.jdk;

import io.anyio.spi.BackendProvider;
import io.anyio.spi.Carrier;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The backend {@code jdk} for {@link java.util.ServiceLoader}. Its options are {@code loops}, {@code debug},
 * {@code carrier} and {@code transport}, whose only value is {@code selector}.
 *
 * <p>AnyIO has no counterpart.
 */
public final class JdkBackendProvider implements BackendProvider {
    private static final String KNOWN = "loops, debug, carrier, transport";

    /** For the service loader. */
    public JdkBackendProvider() {}

    @Override
    public String name() {
        return JdkOptions.BACKEND;
    }

    @Override
    public JdkOptions options(Map<String, ?> options) {
        JdkOptions result = JdkOptions.DEFAULTS;
        for (Map.Entry<String, ?> option : options.entrySet()) {
            String name = option.getKey();
            Object value = option.getValue();
            result = switch (name) {
                case "loops" -> result.withLoops(number(name, value));
                case "debug" -> result.withDebug(bool(name, value));
                case "carrier" -> result.withCarrier(value instanceof Carrier known ? known : carrier(value));
                case "transport" -> checked(result, value);
                default ->
                    throw new IllegalArgumentException(
                            "The backend jdk has no option '" + name + "'. Known options: " + KNOWN);
            };
        }
        return result;
    }

    private static JdkOptions checked(JdkOptions options, Object transport) {
        if (!JdkBackend.TRANSPORT.equals(transport)) {
            throw unfit("transport", transport, JdkBackend.TRANSPORT);
        }
        return options;
    }

    private static boolean bool(String name, @Nullable Object value) {
        return switch (String.valueOf(value)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw unfit(name, value, "true or false");
        };
    }

    private static int number(String name, @Nullable Object value) {
        try {
            return Integer.parseInt(String.valueOf(value));
        } catch (NumberFormatException notANumber) {
            throw unfit(name, value, "a whole number");
        }
    }

    private static Carrier carrier(@Nullable Object value) {
        return Stream.of(Carrier.values())
                .filter(known -> known.label().equals(value))
                .findFirst()
                .orElseThrow(() -> unfit(
                        "carrier",
                        value,
                        Stream.of(Carrier.values()).map(Carrier::label).collect(Collectors.joining(" or "))));
    }

    private static IllegalArgumentException unfit(String name, @Nullable Object value, String wanted) {
        return new IllegalArgumentException(
                "The option '" + name + "' of the backend jdk must be " + wanted + ", not '" + value + "'");
    }
}
