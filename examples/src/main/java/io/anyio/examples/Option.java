package io.anyio.examples;

import java.util.List;
import java.util.function.Predicate;

/**
 * An option of an example.
 *
 * @param name what to type after two dashes
 * @param argument the placeholder of its value in the usage
 * @param what its purpose, in one line
 * @param otherwise its default value
 * @param wanted the description of a valid value, for error messages
 * @param fits tests whether a value is valid
 */
record Option(String name, String argument, String what, String otherwise, String wanted, Predicate<String> fits) {

    /** Returns an option for a whole number in a range. */
    static Option number(String name, String argument, String what, int otherwise, int least, int most) {
        return new Option(
                name,
                argument,
                what,
                Integer.toString(otherwise),
                "a number from " + least + " to " + most,
                value -> isNumber(value, least, most));
    }

    private static boolean isNumber(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            return number >= least && number <= most;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    static Option flag(String name, String what, boolean otherwise) {
        List<String> known = List.of("true", "false");
        return new Option(name, "BOOL", what, Boolean.toString(otherwise), "true or false", known::contains);
    }

    /** Returns an option for one of a few names. */
    static Option choice(String name, String what, String otherwise, List<String> known) {
        return new Option(name, "NAME", what, otherwise, "one of " + String.join(", ", known), known::contains);
    }

    static Option address(String name, String what, String otherwise) {
        Predicate<String> blank = String::isBlank;
        return new Option(name, "ADDRESS", what, otherwise, "a name or an IP address", blank.negate());
    }

    /** Returns how to type it. */
    String form() {
        return "--" + name + " " + argument;
    }

    /** Returns its purpose, with its default. */
    String description() {
        return what + " (default: " + otherwise + ")";
    }
}
