package io.anyio.internal;

import io.anyio.diagnostics.WatchdogEvent;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the engine to its {@link EngineTrace}, if a run has one. Without one, each costs the read of a field
 * that never changes. Failures, such as a full stack, must not disturb the task: the event is lost.
 */
final class Tracing {
    /** The class is loaded only where it is wanted, and with it the module jdk.jfr. */
    private static final String FLIGHT_RECORDER = "io.anyio.jfr.FlightRecorderTrace";

    private static final String PROPERTY = "anyio.jfr";
    private static final AtomicBoolean MISSING = new AtomicBoolean(); // a warning was logged

    private Tracing() {}

    /**
     * Returns the trace for a new run, or null when the system property {@code anyio.jfr} does not ask for one.
     *
     * @throws IllegalArgumentException for a value that is not true or false
     */
    static @Nullable EngineTrace open() {
        String value = System.getProperty(PROPERTY, "false");
        return switch (value) {
            case "false" -> null;
            case "true" -> flightRecorder();
            default ->
                throw new IllegalArgumentException(
                        "System property " + PROPERTY + " must be true or false, not '" + value + "'");
        };
    }

    private static @Nullable EngineTrace flightRecorder() {
        try {
            return Class.forName(FLIGHT_RECORDER, true, Tracing.class.getClassLoader())
                    .asSubclass(EngineTrace.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError missing) {
            if (MISSING.compareAndSet(false, true)) {
                EngineLog.LOG.log(
                        Level.WARNING,
                        () -> "Runs write no events, although " + PROPERTY + " is true, because the Flight Recorder is"
                                + " not available in this JVM. Use a JVM with the module jdk.jfr; on the module path,"
                                + " add --add-modules jdk.jfr",
                        missing);
            }
            return null;
        }
    }

    static void taskStarts(@Nullable EngineTrace trace, TracedTask task) {
        if (trace != null) {
            try {
                trace.taskStarts(task);
            } catch (Throwable full) { // the stack or the heap: the event is lost
            }
        }
    }

    static @Nullable Object taskBegins(@Nullable EngineTrace trace) {
        if (trace != null) {
            try {
                return trace.taskBegins();
            } catch (Throwable full) {
                return null;
            }
        }
        return null;
    }

    static void taskEnds(
            @Nullable EngineTrace trace, TracedTask task, @Nullable Object begun, @Nullable Throwable failure) {
        if (trace != null && begun != null) {
            try {
                trace.taskEnds(task, begun, failure);
            } catch (Throwable full) { // the event is lost
            }
        }
    }

    static @Nullable Object suspends(@Nullable EngineTrace trace) {
        if (trace != null) {
            try {
                return trace.suspends();
            } catch (Throwable full) {
                return null;
            }
        }
        return null;
    }

    static void continues(
            @Nullable EngineTrace trace, TracedTask task, String cause, @Nullable Object suspended, boolean aborted) {
        if (trace != null && suspended != null) {
            try {
                trace.continues(task, cause, suspended, aborted);
            } catch (Throwable full) { // the event is lost
            }
        }
    }

    static @Nullable Object rescueBegins(
            @Nullable EngineTrace trace, long run, int loop, @Nullable TracedTask pinned, Thread stuck) {
        if (trace != null) {
            try {
                return trace.rescueBegins(run, loop, pinned, stuck);
            } catch (Throwable full) {
                return null;
            }
        }
        return null;
    }

    static void rescueEnds(@Nullable EngineTrace trace, @Nullable Object begun) {
        if (trace != null && begun != null) {
            try {
                trace.rescueEnds(begun);
            } catch (Throwable full) { // the event is lost
            }
        }
    }

    static void reported(@Nullable EngineTrace trace, WatchdogEvent event) {
        if (trace != null) {
            try {
                trace.reported(event);
            } catch (Throwable full) { // the event is lost
            }
        }
    }
}
