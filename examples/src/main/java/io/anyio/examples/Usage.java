package io.anyio.examples;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The usage of the examples, as text. */
final class Usage {
    private static final int WIDTH = 110;

    private Usage() {}

    /** Returns the full usage: the answer to {@code --help}. */
    static String ofAll(List<Example> examples) {
        int width = Stream.concat(
                        examples.stream().map(Example::options).flatMap(Collection::stream),
                        CommandLine.SHARED.stream())
                .mapToInt(option -> option.form().length())
                .max()
                .orElse(0);
        var text = new StringBuilder("usage: EXAMPLE [--option value ...]\n\nexamples:\n");
        for (Example example : examples) {
            text.append("  ").append(padded(example.name(), width + 4)).append(example.summary() + "\n");
            text.append(lines(example.options(), "    ", width));
        }
        return text + "\noptions of every example:\n" + lines(CommandLine.SHARED, "    ", width)
                + "\nEXAMPLE --help describes one example only.\n";
    }

    /** Returns the usage of one example: the answer to {@code EXAMPLE --help}. */
    static String of(Example example) {
        List<Option> all = CommandLine.optionsOf(example);
        int width =
                all.stream().mapToInt(option -> option.form().length()).max().orElse(0);
        return "usage: " + example.name() + " [--option value ...]\n\n" + example.summary() + "\n\noptions:\n"
                + lines(all, "  ", width);
    }

    private static String lines(List<Option> options, String indent, int width) {
        return options.stream()
                .map(option -> indent + padded(option.form(), width + 2) + option.description() + "\n")
                .collect(Collectors.joining());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** Returns the names of all examples, for a command line with an unknown name. */
    static String names(List<Example> examples) {
        return "usage: EXAMPLE [--option value ...] where EXAMPLE is "
                + examples.stream().map(Example::name).collect(Collectors.joining(", ")) + "\n";
    }

    /** Returns the options of an example in a line or two, for a command line with a wrong option. */
    static String inShort(Example example) {
        String begin = "usage: " + example.name();
        List<String> lines = new ArrayList<>();
        var line = new StringBuilder(begin);
        for (Option option : CommandLine.optionsOf(example)) {
            String form = " [" + option.form() + "]";
            if (line.length() + form.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(begin.length()));
            }
            line.append(form);
        }
        lines.add(line.toString());
        return String.join("\n", lines) + "\n";
    }
}
