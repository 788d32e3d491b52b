package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.testing.Simulation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The system properties of the watchdog. */
@Tag("once")
class WatchdogSettingsTest {
    private static final String PREFIX = "anyio.watchdog.";

    private static WatchdogSettings with(String property, String value) {
        System.setProperty(PREFIX + property, value);
        try {
            return WatchdogSettings.read(false);
        } finally {
            System.clearProperty(PREFIX + property);
        }
    }

    @Test
    void debugModeReportsEarlier() {
        assertThat(WatchdogSettings.read(true).slowTurnNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(WatchdogSettings.read(false)).isEqualTo(new WatchdogSettings(2_000_000_000, Long.MAX_VALUE, 60));
    }

    @ParameterizedTest
    @CsvSource({"250ms, 250000000", "2s, 2000000000", "5min, 300000000000", "never, 9223372036854775807"})
    void timesHaveAUnit(String value, long nanos) {
        assertThat(with("slow_turn", value).slowTurnNanos()).isEqualTo(nanos);
        assertThat(with("repeat_after", value).repeatAfterNanos()).isEqualTo(nanos);
    }

    @Test
    void aNumberOfReports() {
        assertThat(with("reports_per_minute", "1").reportsPerMinute()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "slow_turn, 250, a time such as 250ms",
        "slow_turn, 9ms, at least 10ms",
        "slow_turn, -1s, a time such as",
        "repeat_after, soon, a time such as",
        "reports_per_minute, 0, a whole number of at least 1",
        "reports_per_minute, many, a whole number of at least 1",
        "off, yes, true or false"
    })
    void aValueThatDoesNotFitIsRefused(String property, String value, String wanted) {
        assertThatThrownBy(() -> with(property, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("System property anyio.watchdog." + property + " must be " + wanted)
                .hasMessageEndingWith("not '" + value + "'");
    }

    @Test
    void anUnknownPropertyIsRefusedByTheNextRun() {
        System.setProperty(PREFIX + "slow_turns", "1s");
        try {
            assertThatThrownBy(() -> Simulation.DEFAULTS.run(() -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("There is no system property anyio.watchdog.slow_turns. Known: anyio.watchdog.off,"
                            + " anyio.watchdog.repeat_after, anyio.watchdog.reports_per_minute,"
                            + " anyio.watchdog.slow_turn");
        } finally {
            System.clearProperty(PREFIX + "slow_turns");
        }
    }
}
