package io.anyio.examples;

import io.anyio.AnyIO;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The parsed command line: an example and its options, as {@code --name value} or {@code --name=value}. */
final class CommandLine {
    private static final String AUTO = "auto";
    private static final String NETTY = "netty";
    private static final String SIMULATION = "simulation"; // the backend without a network

    private static final Option BACKEND =
            Option.choice("backend", "the backend to run on: netty or simulation", NETTY, AnyIO.backends());
    private static final Option TRANSPORT = Option.choice(
            "transport",
            "auto, that is, native where there is one; or nio, epoll, kqueue, io_uring",
            AUTO,
            List.of(AUTO, "nio", "epoll", "kqueue", "io_uring"));
    private static final Option LOOPS = Option.number("loops", "N", "how many event loops", 1, 1, 1024);

    /** The options that every example has. */
    static final List<Option> SHARED = List.of(BACKEND, TRANSPORT, LOOPS);

    private final Example example;
    private final Map<String, String> values; // by the options' names; all are valid

    private CommandLine(Example example, Map<String, String> values) {
        this.example = example;
        this.values = values;
    }

    /** Returns all options of an example, its own before the shared ones. */
    static List<Option> optionsOf(Example example) {
        return Stream.concat(example.options().stream(), SHARED.stream()).toList();
    }

    /** Returns the requested help, if any: {@code help} or {@code --help}, alone or with the name of an example. */
    static Optional<String> help(String[] args, List<Example> examples) {
        List<String> words = List.of(args);
        boolean first = !words.isEmpty() && words.getFirst().equals("help");
        if (!first && !words.contains("--help") && !words.contains("-h")) {
            return Optional.empty();
        }
        return Optional.of(words.stream()
                .limit(2) // before --help or after help
                .flatMap(word ->
                        examples.stream().filter(example -> example.name().equals(word)))
                .findFirst()
                .map(Usage::of)
                .orElseGet(() -> Usage.ofAll(examples)));
    }

    /**
     * Parses the arguments and checks every value.
     *
     * @throws UsageException if an argument is not valid
     */
    static CommandLine parse(String[] args, List<Example> examples) {
        boolean named = args.length > 0 && !args[0].startsWith("-");
        Example example = named ? find(args[0], examples) : examples.getFirst();
        var line = new CommandLine(example, new HashMap<>());
        int at = named ? 1 : 0;
        while (at < args.length) {
            String arg = args[at++];
            if (!arg.startsWith("--")) {
                throw line.wrong("Unexpected argument '" + arg + "'");
            }
            int equals = arg.indexOf('=');
            Option option = line.option(equals < 0 ? arg.substring(2) : arg.substring(2, equals));
            if (equals < 0 && at == args.length) {
                throw line.wrong("Option --" + option.name() + " needs a value");
            }
            line.set(option, equals < 0 ? args[at++] : arg.substring(equals + 1));
        }
        line.checkBackend(examples);
        return line;
    }

    private static Example find(String name, List<Example> examples) {
        return examples.stream()
                .filter(example -> example.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("There is no example '" + name + "'", Usage.names(examples)));
    }

    private Option option(String name) {
        return optionsOf(example).stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong("The example '" + example.name() + "' has no option --" + name));
    }

    private void set(Option option, String value) {
        if (!option.fits().test(value)) {
            throw wrong("Option --" + option.name() + " must be " + option.wanted() + ", not '" + value + "'");
        }
        values.put(option.name(), value);
    }

    /**
     * Checks options that are valid only individually. No usage is printed, because it would not explain the conflict.
     */
    private void checkBackend(List<Example> examples) {
        if (!backend().equals(NETTY) && !transport().equals(AUTO)) {
            throw new UsageException(
                    "Option --transport is for the backend netty; " + backend() + " has no " + transport(), null);
        }
        if (backend().equals(SIMULATION) && example.needsNetwork()) {
            List<String> others = examples.stream()
                    .filter(other -> !other.needsNetwork())
                    .map(Example::name)
                    .toList();
            throw new UsageException(
                    "The example '" + example.name() + "' needs a network, which the backend simulation does not have;"
                            + " try " + String.join(", ", others),
                    null);
        }
    }

    private UsageException wrong(String message) {
        return new UsageException(message, Usage.inShort(example));
    }

    Example example() {
        return example;
    }

    String backend() {
        return text(BACKEND);
    }

    private String transport() {
        return text(TRANSPORT);
    }

    /** Returns the backend's options by their AnyIO-style names. */
    Map<String, Object> backendOptions() {
        Map<String, Object> options = new HashMap<>();
        options.put("loops", number(LOOPS));
        if (!transport().equals(AUTO)) {
            options.put("transport", transport());
        } else if (backend().equals(NETTY)) {
            options.put("use_native_transport", true);
        }
        return options;
    }

    String text(Option option) {
        String value = values.get(option.name());
        return value == null ? option.otherwise() : value;
    }

    boolean flag(Option option) {
        return Boolean.parseBoolean(text(option));
    }

    int number(Option option) {
        return Integer.parseInt(text(option));
    }
}
