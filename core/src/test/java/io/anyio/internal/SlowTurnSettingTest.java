package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogListener;
import io.anyio.diagnostics.WatchdogListeners;
import io.anyio.jdk.JdkOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The setting {@code anyio.watchdog.slow_turn} determines when a slow turn is reported. */
class SlowTurnSettingTest {
    private static final String SLOW_TURN = "anyio.watchdog.slow_turn";

    /** Runs a task that computes until it is reported, and returns after which time that was. */
    private static Duration reportedAfter(String setting, boolean debug) {
        var report = new CompletableFuture<WatchdogEvent>();
        WatchdogListener listener = event -> {
            if (event.kind() == WatchdogEvent.Kind.SLOW_TURN && event.taskName().equals("computes")) {
                report.complete(event);
            }
        };
        System.setProperty(SLOW_TURN, setting);
        WatchdogListeners.register(listener);
        try {
            AnyIO.run(() -> computeUntil(report), JdkOptions.DEFAULTS.withDebug(debug));
        } finally {
            WatchdogListeners.unregister(listener);
            System.clearProperty(SLOW_TURN);
        }
        return report.join().duration();
    }

    private static void computeUntil(CompletableFuture<?> report) {
        TaskGroup.run(group -> {
            TaskHandle<?> computes = group.startSoon(TaskOptions.named("computes"), () -> {
                while (!report.isDone()) {
                    Thread.onSpinWait();
                }
            });
            group.startSoon(
                    () -> { // is ready all the time, so that the other one keeps it waiting
                        while (computes.status() == TaskHandle.Status.PENDING) {
                            AnyIO.checkpoint();
                        }
                    });
        });
    }

    /** In debug mode the time is 100 ms without a setting. */
    @Test
    void aLongerTimeReportsLater() {
        assertThat(reportedAfter("400ms", true)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    /** Without a setting the time is 2 s. One of three tries, because the machine may keep the watchdog waiting. */
    @Test
    void aShorterTimeReportsEarlier() {
        assertThat(IntStream.range(0, 3).mapToObj(_ -> reportedAfter("20ms", false)))
                .anySatisfy(after -> assertThat(after).isLessThan(Duration.ofSeconds(1)));
    }
}
