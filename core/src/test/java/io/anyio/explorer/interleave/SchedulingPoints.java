package io.anyio.explorer.interleave;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbered places of scheduling points: passing one costs the push of a number. */
final class SchedulingPoints {
    private static final Map<String, Integer> NUMBERS = new HashMap<>();
    private static final List<String> TEXTS = new ArrayList<>();

    private SchedulingPoints() {}

    /** Returns the number of a place, described as {@code class.method:line operation}. */
    static synchronized int number(String text) {
        return NUMBERS.computeIfAbsent(text, added -> {
            TEXTS.add(added);
            return TEXTS.size() - 1;
        });
    }

    static synchronized String text(int number) {
        return TEXTS.get(number);
    }
}
