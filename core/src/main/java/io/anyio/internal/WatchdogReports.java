package io.anyio.internal;

import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.diagnostics.WatchdogListeners;
import io.anyio.spi.Clock;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/**
 * Passes the findings of the watchdog on: to the Flight Recorder, to the listeners, and once for each place in the code
 * to the log. Used by the watchdog's thread only.
 */
final class WatchdogReports {
    private static final int FRAMES = 12;

    private static final Map<String, Long> LOGGED = new HashMap<>(); // places, and when they were logged last
    private static final RateLimit LOG_LIMIT = new RateLimit();
    private static final RateLimit LISTENER_LIMIT = new RateLimit();
    private static final ListenerQueue LISTENERS = new ListenerQueue(WatchdogListeners::registered);

    private WatchdogReports() {}

    /** Reports an event of {@code run}. Events with the same {@code topic} and place are logged once. */
    static void report(Run run, String topic, WatchdogEvent event) {
        if (event.stack().isEmpty()) {
            return; // it has moved on, and there is no place to look at
        }
        Tracing.reported(run.trace(), event);
        long now = Clock.system().nanoTime();
        WatchdogSettings settings = run.watchdogSettings();
        if (LISTENERS.hasListeners() && LISTENER_LIMIT.admits(now, settings.reportsPerMinute())) {
            notifyListeners(event);
        }
        String place = topic + StallReporter.placeOf(event.stack().toArray(StackTraceElement[]::new));
        Long last = LOGGED.get(place);
        if ((last == null || now - last >= settings.repeatAfterNanos())
                && LOG_LIMIT.admits(now, settings.reportsPerMinute())) {
            LOGGED.put(place, now);
            String text = text(event, LOG_LIMIT.takeLeftOut());
            // on a separate thread: the lock for which the tasks wait may be the one that logging needs
            EngineLog.LOG.logElsewhere(Level.WARNING, () -> text);
        }
    }

    private static void notifyListeners(WatchdogEvent event) {
        long leftOut = LISTENER_LIMIT.takeLeftOut();
        if (!LISTENERS.offer(event.withLeftOut(leftOut))) {
            LISTENER_LIMIT.lost(leftOut + 1);
        }
    }

    private static String text(WatchdogEvent event, long leftOut) {
        var text = new StringBuilder(event.message());
        for (StackTraceElement frame :
                event.stack().subList(0, Math.min(event.stack().size(), FRAMES))) {
            text.append("\n    at ").append(frame);
        }
        if (leftOut > 0) {
            text.append("\n    (")
                    .append(leftOut)
                    .append(" earlier reports were left out: there were more than anyio.watchdog.reports_per_minute)");
        }
        return text.toString();
    }
}
