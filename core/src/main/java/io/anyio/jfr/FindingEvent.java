package io.anyio.jfr;

import io.anyio.diagnostics.WatchdogEvent;
import java.util.stream.Collectors;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The fields of findings of the watchdog, whose thread writes the event. */
abstract class FindingEvent extends TaskEvent {
    private static final int FRAMES = 12;

    @Label("Held For")
    @Description("How long it had lasted when the watchdog looked")
    @Timespan(Timespan.NANOSECONDS)
    long heldFor;

    @Label("Carrier")
    @Description("The thread that held the loop or waited")
    @Nullable
    String carrier;

    @Label("Where")
    @Description("The innermost stack frame that is neither the library's nor the JDK's")
    @Nullable
    String where;

    @Label("Stack")
    @Description("The innermost stack frames of the task or thread at that moment")
    @Nullable
    String stack;

    final void describe(WatchdogEvent event, String place) {
        of(event);
        heldFor = event.duration().toNanos();
        carrier = event.thread();
        where = place;
        stack = event.stack().stream()
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n"));
    }
}
