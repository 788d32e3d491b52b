package io.anyio.netty;

import io.anyio.netty.transport.NettyVersions;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import io.anyio.spi.Carrier;
import io.anyio.spi.Providers;
import io.netty.channel.EventLoopGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The backend {@code netty} for {@link java.util.ServiceLoader}, with its options by AnyIO-style names. */
public final class NettyBackendProvider implements BackendProvider {
    private static final String NATIVE = "use_native_transport";
    private static final String UVLOOP = "use_uvloop";
    private static final String KNOWN =
            "use_native_transport (also: use_uvloop), loop_factory, loops, transport, channels, debug, carrier";

    /** For the service loader. */
    public NettyBackendProvider() {}

    @Override
    public String name() {
        return NettyOptions.BACKEND;
    }

    @Override
    public BackendOptions options(Map<String, ?> options) {
        NettyOptions result = NettyOptions.DEFAULTS;
        for (Map.Entry<String, ?> option : options.entrySet()) {
            String name = option.getKey();
            Object value = option.getValue();
            result = switch (name) {
                case NATIVE, UVLOOP -> result.withUseNativeTransport(useNativeTransport(options));
                case "loop_factory" -> result.withLoopFactory(factory(value));
                case "loops" -> result.withLoops(number(name, value));
                case "transport" -> result.withTransport(value instanceof Transport t ? t : transport(value));
                case "channels" -> result.withChannels(typed(name, value, ChannelTypes.class, "a ChannelTypes"));
                case "debug" -> result.withDebug(bool(name, value));
                case "carrier" -> result.withCarrier(value instanceof Carrier c ? c : carrier(value));
                default ->
                    throw new IllegalArgumentException(
                            "The backend netty has no option '" + name + "'. Known options: " + KNOWN);
            };
        }
        return result;
    }

    @Override
    public Optional<String> unavailability() {
        String problem = NettyVersions.problem();
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    @Override
    public List<NettyOptions> variants() {
        NettyVersions.require();
        return Arrays.stream(Transport.values())
                .filter(transport -> TransportSupport.whyNot(transport.kind()).isEmpty())
                .map(NettyOptions.DEFAULTS::withTransport)
                .toList();
    }

    /** Returns the value of the option that has two names. */
    private static boolean useNativeTransport(Map<String, ?> options) {
        Boolean use = null;
        for (String name : List.of(NATIVE, UVLOOP)) {
            if (options.containsKey(name)) {
                boolean named = bool(name, options.get(name));
                if (use != null && use != named) {
                    throw new IllegalArgumentException(NATIVE + "=" + use + " and " + UVLOOP + "=" + named
                            + " contradict each other: they are two names of one option. Drop one of them");
                }
                use = named;
            }
        }
        return Boolean.TRUE.equals(use);
    }

    private static boolean bool(String name, @Nullable Object value) {
        if (value instanceof Boolean known) {
            return known;
        }
        return switch (String.valueOf(value)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw unfit(name, value, "true or false");
        };
    }

    private static int number(String name, Object value) {
        if (value instanceof Integer known) {
            return known;
        }
        try {
            return Integer.parseInt(String.valueOf(value));
        } catch (NumberFormatException notANumber) {
            throw unfit(name, value, "a whole number");
        }
    }

    private static Transport transport(Object value) {
        for (Transport known : Transport.values()) {
            if (known.label().equals(value)) {
                return known;
            }
        }
        String labels = Arrays.stream(Transport.values()).map(Transport::label).collect(Collectors.joining(", "));
        throw unfit("transport", value, "one of " + labels);
    }

    private static Carrier carrier(Object value) {
        for (Carrier known : Carrier.values()) {
            if (known.label().equals(value)) {
                return known;
            }
        }
        throw unfit("carrier", value, "loop or portable");
    }

    /** Returns the supplier {@code value}, or an instance of the class of this name, made without arguments. */
    private static Supplier<? extends EventLoopGroup> factory(Object value) {
        Object factory = value;
        if (value instanceof String className) {
            try {
                factory = Providers.find(className, NettyBackendProvider.class.getClassLoader())
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException | LinkageError failure) {
                IllegalArgumentException unfit =
                        unfit("loop_factory", value, "a Supplier<EventLoopGroup> or the name of such a class");
                unfit.initCause(failure);
                throw unfit;
            }
        }
        if (factory instanceof Supplier<?> supplier) {
            return () -> typed("loop_factory", supplier.get(), EventLoopGroup.class, "a supplier of an EventLoopGroup");
        }
        throw unfit("loop_factory", value, "a Supplier<EventLoopGroup> or the name of such a class");
    }

    private static <T> T typed(String name, Object value, Class<T> type, String wanted) {
        if (!type.isInstance(value)) {
            throw unfit(name, value, wanted);
        }
        return type.cast(value);
    }

    private static IllegalArgumentException unfit(String name, @Nullable Object value, String wanted) {
        return new IllegalArgumentException(
                "The option '" + name + "' of the backend netty must be " + wanted + ", not '" + value + "'");
    }
}
