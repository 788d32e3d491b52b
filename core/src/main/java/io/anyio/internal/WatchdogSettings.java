package io.anyio.internal;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the watchdog for one run, from the system properties {@code anyio.watchdog.*}.
 *
 * @param slowTurnNanos how long a task may hold its loop before it is reported, or {@code Long.MAX_VALUE}
 * @param repeatAfterNanos after which time the same place in the code is logged again, or {@code Long.MAX_VALUE}
 * @param reportsPerMinute how many messages are logged in a minute, and how many events the listeners get
 */
record WatchdogSettings(long slowTurnNanos, long repeatAfterNanos, int reportsPerMinute) {
    private static final String PREFIX = "anyio.watchdog.";
    static final String OFF = PREFIX + "off";
    private static final String SLOW_TURN = PREFIX + "slow_turn";
    private static final String REPEAT_AFTER = PREFIX + "repeat_after";
    private static final String REPORTS_PER_MINUTE = PREFIX + "reports_per_minute";
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(OFF, SLOW_TURN, REPEAT_AFTER, REPORTS_PER_MINUTE));

    private static final long SLOW_TURN_NANOS = 2_000_000_000;
    private static final long SLOW_TURN_NANOS_DEBUGGING = 100_000_000;
    private static final int DEFAULT_REPORTS = 60;

    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|min)");

    /**
     * Reads the properties.
     *
     * @throws IllegalArgumentException for an unknown property, or a value that does not fit
     */
    static WatchdogSettings read(boolean debug) {
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        "There is no system property " + name + ". Known: " + String.join(", ", KNOWN));
            }
        }
        var _ = isOff();
        return new WatchdogSettings(
                atLeastPatience(time(SLOW_TURN, debug ? SLOW_TURN_NANOS_DEBUGGING : SLOW_TURN_NANOS)),
                time(REPEAT_AFTER, Long.MAX_VALUE),
                number(REPORTS_PER_MINUTE, DEFAULT_REPORTS));
    }

    /**
     * Returns whether the watchdog is switched off.
     *
     * @throws IllegalArgumentException for a value that is not true or false
     */
    private static boolean isOff() {
        String value = System.getProperty(OFF, "false").toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw unfit(OFF, "true or false", value);
        };
    }

    private static long time(String property, long otherwise) {
        String value = System.getProperty(property);
        if (value == null) {
            return otherwise;
        }
        if (value.equals("never")) {
            return Long.MAX_VALUE;
        }
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw unfit(property, "a time such as 250ms, 2s or 5min, or never", value);
        }
        TimeUnit unit = switch (time.group(2)) {
            case "ms" -> TimeUnit.MILLISECONDS;
            case "s" -> TimeUnit.SECONDS;
            default -> TimeUnit.MINUTES;
        };
        return unit.toNanos(Long.parseLong(time.group(1)));
    }

    private static long atLeastPatience(long nanos) {
        if (nanos < Watchdog.PATIENCE_NANOS) {
            throw unfit(
                    SLOW_TURN, "at least 10ms, because the watchdog looks every 5 ms", System.getProperty(SLOW_TURN));
        }
        return nanos;
    }

    private static int number(String property, int otherwise) {
        String value = System.getProperty(property);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // reported below
        }
        throw unfit(property, "a whole number of at least 1", value);
    }

    private static IllegalArgumentException unfit(String property, String wanted, @Nullable String value) {
        return new IllegalArgumentException(
                "System property " + property + " must be " + wanted + ", not '" + value + "'");
    }
}
