package io.anyio.testing.junit;

import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** The seeds of simulations: those that an annotation asks for, as changed by system properties. */
final class Seeds {
    /** The name of the property with the only seed to use, for a replay. */
    static final String SINGLE = "anyio.test.seed";

    private static final String COUNT = "anyio.test.seeds";

    private Seeds() {}

    /** Returns the only seed to use, if the property names one. */
    static OptionalLong single() {
        return number(SINGLE);
    }

    /** Returns the seeds of a test that asks for {@code count} of them. */
    static LongStream of(int count) {
        OptionalLong single = single();
        if (single.isPresent()) {
            return single.stream();
        }
        return LongStream.range(0, count == 1 ? 1 : number(COUNT).orElse(count));
    }

    private static OptionalLong number(String property) {
        String text = System.getProperty(property);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException notANumber) {
            throw new ExtensionConfigurationException(
                    "The system property " + property + " must be a whole number, not '" + text + "'", notANumber);
        }
    }
}
