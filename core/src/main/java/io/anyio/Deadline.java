package io.anyio;

import io.anyio.internal.Nanos;
import io.anyio.internal.Task;
import java.time.Duration;
import java.util.Objects;

/**
 * A point in time on the clock of a run. A separate type prevents confusion between points in time and durations.
 *
 * <p>AnyIO: seconds in a {@code float}.
 *
 * <p>Points of different runs must not be mixed. Immutable, and safe for use by any thread.
 */
public final class Deadline implements Comparable<Deadline> {

    /** The point later than every other point; means no deadline. AnyIO: {@code math.inf}. */
    public static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /** The point earlier than every other point; has always expired. AnyIO: {@code -math.inf}. */
    public static final Deadline PAST = new Deadline(Long.MIN_VALUE);

    private final long nanos; // since the start of the run

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    static Deadline ofNanos(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            return NEVER;
        }
        if (nanos == Long.MIN_VALUE) {
            return PAST;
        }
        return new Deadline(nanos);
    }

    /**
     * Returns the point {@code span} from now. A negative span results in a point in the past.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static Deadline after(Duration span) {
        return ofNanos(Nanos.add(Task.require("make a deadline").run().now(), Nanos.of(span)));
    }

    /** Returns this point moved by {@code span}. {@link #NEVER} and {@link #PAST} do not move. */
    public Deadline plus(Duration span) {
        Objects.requireNonNull(span, "span");
        if (nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE) {
            return this;
        }
        return ofNanos(Nanos.add(nanos, Nanos.of(span)));
    }

    /** Returns this point moved back by {@code span}. {@link #NEVER} and {@link #PAST} do not move. */
    public Deadline minus(Duration span) {
        Objects.requireNonNull(span, "span");
        if (nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE) {
            return this;
        }
        long back = Nanos.of(span);
        return ofNanos(Nanos.add(nanos, back == Long.MIN_VALUE ? Long.MAX_VALUE : -back));
    }

    /** Returns whether this point is earlier than {@code other}. A point is not earlier than itself. */
    public boolean isBefore(Deadline other) {
        return nanos < other.nanos;
    }

    /**
     * Returns the duration from {@code other} to this point, negative when this point is earlier. For equal points,
     * including {@link #NEVER} and {@link #PAST}, this is {@link Duration#ZERO}. Between one of these two and any other
     * point it is the largest duration that this class supports, of either sign: about 292 years.
     */
    public Duration since(Deadline other) {
        if (nanos == other.nanos) {
            return Duration.ZERO;
        }
        if (nanos == Long.MAX_VALUE || other.nanos == Long.MIN_VALUE) {
            return Duration.ofNanos(Long.MAX_VALUE);
        }
        if (nanos == Long.MIN_VALUE || other.nanos == Long.MAX_VALUE) {
            return Duration.ofNanos(Long.MIN_VALUE);
        }
        return Duration.ofNanos(Nanos.add(nanos, -other.nanos));
    }

    /** Returns the nanoseconds since the start of the run. */
    long nanos() {
        return nanos;
    }

    @Override
    public int compareTo(Deadline other) {
        return Long.compare(nanos, other.nanos);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deadline that && nanos == that.nanos;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(nanos);
    }

    @Override
    public String toString() {
        if (nanos == Long.MAX_VALUE) {
            return "never";
        }
        if (nanos == Long.MIN_VALUE) {
            return "past";
        }
        return Duration.ofNanos(nanos) + " after the start of the run";
    }
}
