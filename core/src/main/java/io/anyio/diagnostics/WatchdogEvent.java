package io.anyio.diagnostics;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A finding of the watchdog: a task or a thread kept a loop from making progress. AnyIO has no counterpart; asyncio's
 * {@code slow_callback_duration} comes closest.
 *
 * @param kind what happened
 * @param run the number of the run, unique in this process
 * @param loop the number of the loop in its run, counted from 0
 * @param taskId the id of the task, or 0 if no task was involved
 * @param taskName the name of the task, or an empty string
 * @param thread the name of the thread that held the loop or waited
 * @param duration how long it had lasted when the watchdog looked; it may continue
 * @param stack the stack of the task or thread at that moment, innermost frame first
 * @param message what happened and what to do, in one line; the same as in the log
 * @param leftOut the number of earlier events that no listener got, because there were too many or a listener was slow
 */
public record WatchdogEvent(
        Kind kind,
        long run,
        int loop,
        long taskId,
        String taskName,
        String thread,
        Duration duration,
        List<StackTraceElement> stack,
        String message,
        long leftOut) {

    /** Creates an event. No component may be null. */
    public WatchdogEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(taskName, "taskName");
        Objects.requireNonNull(thread, "thread");
        Objects.requireNonNull(duration, "duration");
        stack = List.copyOf(stack);
        Objects.requireNonNull(message, "message");
    }

    /** What the watchdog found. */
    public enum Kind {
        /** A task has held its loop for longer than {@code anyio.watchdog.slow_turn} without a checkpoint. */
        SLOW_TURN,
        /** A task waited outside of the library, and its turn was lent to others. Portable carrier only. */
        LENT_TURN,
        /** The thread of a loop was stuck, and another thread began to run its tasks. Loop carrier only. */
        RESCUE,
        /**
         * A task waits while it is pinned to the thread of its loop, which does no I/O meanwhile. Loop carrier only.
         */
        STALLED_LOOP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Returns this event with another {@link #leftOut}. */
    public WatchdogEvent withLeftOut(long events) {
        return new WatchdogEvent(kind, run, loop, taskId, taskName, thread, duration, stack, message, events);
    }
}
