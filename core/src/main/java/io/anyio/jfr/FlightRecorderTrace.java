package io.anyio.jfr;

import io.anyio.Cancelled;
import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.internal.EngineTrace;
import io.anyio.internal.StallReporter;
import io.anyio.internal.TracedTask;
import io.anyio.spi.OwnThreads;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of this package while a recording is running. AnyIO has no counterpart.
 *
 * <p>An event that no recording wants costs a check, and is not kept.
 */
public final class FlightRecorderTrace implements EngineTrace {
    private static final List<Class<? extends Event>> EVENTS = List.of(
            TaskStartEvent.class,
            TaskEndEvent.class,
            TaskSuspensionEvent.class,
            SlowTurnEvent.class,
            LentTurnEvent.class,
            StalledLoopEvent.class,
            RescueEvent.class);

    /**
     * Creates a trace.
     *
     * @throws NoClassDefFoundError when the module {@code jdk.jfr} is absent
     * @throws ReflectiveOperationException when this JVM has no Flight Recorder
     */
    public FlightRecorderTrace() throws ReflectiveOperationException {
        if (!FlightRecorder.isAvailable()) {
            throw new ReflectiveOperationException("This JVM has no Flight Recorder");
        }
        for (Class<? extends Event> event : EVENTS) { // now, because it takes milliseconds
            FlightRecorder.register(event);
        }
    }

    @Override
    public void taskStarts(TracedTask task) {
        var event = new TaskStartEvent();
        if (event.isEnabled()) {
            event.of(task);
            event.parentTaskId = task.parentId();
            event.commit();
        }
    }

    @Override
    public @Nullable Object taskBegins() {
        var event = new TaskEndEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    @Override
    public void taskEnds(TracedTask task, Object begun, @Nullable Throwable failure) {
        var event = (TaskEndEvent) begun;
        event.end();
        if (event.shouldCommit()) {
            event.of(task);
            event.outcome = failure == null ? "returned" : failure instanceof Cancelled ? "cancelled" : "failed";
            event.failure = failure == null || failure instanceof Cancelled ? null : describe(failure);
            event.commit();
        }
    }

    private static String describe(Throwable failure) {
        try {
            return failure.toString();
        } catch (Throwable unprintable) { // code of the exception's class
            return failure.getClass().getName();
        }
    }

    @Override
    public @Nullable Object suspends() {
        var event = new TaskSuspensionEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        return event;
    }

    @Override
    public void continues(TracedTask task, String cause, Object suspended, boolean aborted) {
        var event = (TaskSuspensionEvent) suspended;
        event.end();
        if (event.shouldCommit()) {
            event.of(task);
            event.cause = cause;
            event.outcome = aborted ? "cancelled" : "resumed";
            event.commit();
        }
    }

    @Override
    public @Nullable Object rescueBegins(long run, int loop, @Nullable TracedTask pinned, Thread stuck) {
        var event = new RescueEvent();
        if (!event.isEnabled()) {
            return null;
        }
        event.begin();
        event.run = run;
        event.loop = loop;
        event.stuckThread = stuck.getName();
        if (pinned != null) {
            event.of(pinned);
        }
        event.where = StallReporter.placeOf((pinned == null ? stuck : pinned.thread()).getStackTrace());
        return event;
    }

    /**
     * Writes the event on a thread of its own: JDK 25 loses the first event of a platform thread that has run virtual
     * threads which wrote events.
     */
    @Override
    public void rescueEnds(Object begun) {
        var event = (RescueEvent) begun;
        event.end();
        OwnThreads.unstarted("anyio-jfr", event::commit).start();
    }

    @Override
    public void reported(WatchdogEvent event) {
        FindingEvent finding = switch (event.kind()) {
            case SLOW_TURN -> new SlowTurnEvent();
            case LENT_TURN -> new LentTurnEvent();
            case STALLED_LOOP -> new StalledLoopEvent();
            case RESCUE -> null; // the rescuing thread writes it, with its duration
        };
        if (finding != null && finding.isEnabled()) {
            finding.describe(event, StallReporter.placeOf(event.stack().toArray(StackTraceElement[]::new)));
            finding.commit();
        }
    }
}
