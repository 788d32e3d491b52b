package io.anyio.examples;

import io.anyio.AnyIO;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What was typed: an example and its options, as {@code --name value} or {@code --name=value}. */
final class CommandLine {

    /** The options that every example has. */
    private static final Map<String, String> SHARED = new LinkedHashMap<>();

    static {
        SHARED.put("backend", "NAME      the backend to run on (default: netty)");
        SHARED.put(
                "transport", "NAME    auto, nio, epoll, kqueue or io_uring (default: auto, native where there is one)");
        SHARED.put("loops", "N           how many event loops (default: 1)");
    }

    private static final Set<String> TRANSPORTS = Set.of("auto", "nio", "epoll", "kqueue", "io_uring");

    private final Example example;
    private final Map<String, String> values;
    private final boolean helpWanted;

    private CommandLine(Example example, Map<String, String> values, boolean helpWanted) {
        this.example = example;
        this.values = values;
        this.helpWanted = helpWanted;
    }

    static CommandLine parse(String[] args, List<Example> examples) {
        int at = 0;
        Example example = examples.getFirst();
        if (args.length > 0 && !args[0].startsWith("-")) {
            example = find(args[0], examples);
            at = 1;
        }
        Map<String, String> values = new TreeMap<>();
        boolean help = false;
        while (at < args.length) {
            String arg = args[at++];
            if (arg.equals("--help") || arg.equals("-h")) {
                help = true;
                continue;
            }
            if (!arg.startsWith("--")) {
                throw new UsageException("Unexpected argument '" + arg + "'");
            }
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
            if (!SHARED.containsKey(name) && !example.options().containsKey(name)) {
                throw new UsageException("The example '" + example.name() + "' has no option --" + name);
            }
            if (equals < 0 && at == args.length) {
                throw new UsageException("Option --" + name + " needs a value");
            }
            values.put(name, equals < 0 ? args[at++] : arg.substring(equals + 1));
        }
        var line = new CommandLine(example, values, help);
        line.check();
        return line;
    }

    private static Example find(String name, List<Example> examples) {
        return examples.stream()
                .filter(example -> example.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("There is no example '" + name + "'"));
    }

    private void check() {
        if (!TRANSPORTS.contains(transport())) {
            throw new UsageException(
                    "Option --transport must be one of auto, nio, epoll, kqueue, io_uring, not '" + transport() + "'");
        }
        if (!AnyIO.backends().contains(backend())) {
            throw new UsageException("Option --backend must be one of " + String.join(", ", AnyIO.backends())
                    + ", not '" + backend() + "'");
        }
        number("loops", 1, 1, 1024);
        if (text("host", "given").isBlank()) {
            throw new UsageException("Option --host must be a name or an IP address, not empty");
        }
        if (example.options().containsKey("port")) {
            number("port", 0, 0, 65535);
        }
        if (example.options().containsKey("tcp-nodelay")) {
            flag("tcp-nodelay", true);
        }
    }

    static String usage(List<Example> examples) {
        var text = new StringBuilder("usage: EXAMPLE [--option value ...]\n\nexamples:\n");
        for (Example example : examples) {
            text.append("  %-14s %s%n".formatted(example.name(), example.summary()));
            example.options().forEach((name, what) -> text.append("      --%s %s%n".formatted(name, what)));
        }
        text.append("\noptions of every example:\n");
        SHARED.forEach((name, what) -> text.append("      --%s %s%n".formatted(name, what)));
        return text.toString();
    }

    Example example() {
        return example;
    }

    boolean helpWanted() {
        return helpWanted;
    }

    String backend() {
        return text("backend", "netty");
    }

    String transport() {
        return text("transport", "auto");
    }

    String text(String name, String otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : value;
    }

    boolean flag(String name, boolean otherwise) {
        return switch (text(name, Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new UsageException("Option --" + name + " must be true or false, not '" + values.get(name) + "'");
        };
    }

    int number(String name, int otherwise, int least, int most) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // told below, as a number out of range is
        }
        throw new UsageException(
                "Option --" + name + " must be a number from " + least + " to " + most + ", not '" + value + "'");
    }
}
