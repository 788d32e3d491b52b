package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The timer of a {@link CancelScope} with a deadline, queued at its task's loop. Cancels the scope when it fires. */
final class DeadlineTimer extends TimerHeap.Timer {
    /*
     * Created when a deadline is armed for the first time, because most scopes never have one. Several threads may move
     * a deadline concurrently. Each of them arms the timer for the deadline that it has read, and then reads the
     * deadline again, so the last one leaves the timer at the present deadline.
     */

    private static final VarHandle DEADLINE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "deadline", VarHandle.class, CancelScope.class, Deadline.class);
    private static final VarHandle EXPIRY = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "expiry", VarHandle.class, CancelScope.class, DeadlineTimer.class);

    private final CancelScope scope;

    private DeadlineTimer(CancelScope scope) {
        this.scope = scope;
    }

    /** Sets the timer to the deadline of an entered scope, or cancels the scope if it has passed. Any thread. */
    static void arm(CancelScope scope, Task host, long now) {
        Deadline armed;
        do {
            armed = scope.deadline();
            if (scope.cancelCalled()) {
                return;
            }
            if (now >= armed.nanos()) {
                expireAround(scope, now);
                return;
            }
            if (armed.equals(Deadline.NEVER)) {
                disarm(scope, host);
            } else {
                host.loop().schedule(of(scope), armed.nanos());
            }
        } while (!armed.equals(
                scope.deadline())); // moved by another thread, which may have armed the timer before this one
    }

    /** Arms the timer again after the deadline was moved, if the scope is entered. Any thread. */
    static void moved(CancelScope scope) {
        Task host = scope.host();
        if (host != null) {
            arm(scope, host, host.run().now());
            if (scope.host() == null) {
                disarm(scope, host); // its own task has left it meanwhile
            }
        }
    }

    /** Moves the deadline of a scope to {@code nearer} if that is earlier. Any thread. */
    static void bringForward(CancelScope scope, Deadline nearer) {
        @Nullable Deadline before;
        do {
            before = scope.deadline;
            if (before != null && before.compareTo(nearer) <= 0) {
                return;
            }
        } while (!DEADLINE.compareAndSet(scope, before, nearer));
        moved(scope);
    }

    /** Removes the timer, if there is one. Any thread. */
    static void disarm(CancelScope scope, Task host) {
        DeadlineTimer timer = scope.expiry;
        if (timer != null) {
            host.loop().deadlines().remove(timer);
        }
    }

    private static DeadlineTimer of(CancelScope scope) {
        DeadlineTimer known = scope.expiry;
        if (known != null) {
            return known;
        }
        var made = new DeadlineTimer(scope);
        var faster = (DeadlineTimer) EXPIRY.compareAndExchange(scope, null, made);
        return faster == null ? made : faster;
    }

    /**
     * Cancels those of {@code scope} and the scopes around it whose deadlines are not after {@code now}, even if their
     * timers have not fired. The outermost is marked first, so it catches the cancellation. Any thread.
     */
    static void expireAround(CancelScope scope, long now) {
        List<CancelScope> late = lateAround(scope, now);
        for (CancelScope at : late.reversed()) {
            at.cancelWith(StopRequest.causeAt(at, at.deadline()));
        }
    }

    /** Returns the late scopes, innermost first, up to an expired one; leaving that one expires those around it. */
    private static List<CancelScope> lateAround(CancelScope scope, long now) {
        List<CancelScope> late = List.of();
        for (CancelScope at = scope; at != null; at = at.isShielded() ? null : at.parent()) {
            CancelCause why = at.cause();
            if (why != null && why.byDeadline()) {
                break;
            }
            if (isLate(at, now)) {
                late = late.isEmpty() ? new ArrayList<>() : late;
                late.add(at);
            }
        }
        return late;
    }

    private static boolean isLate(CancelScope scope, long now) {
        Deadline deadline = scope.deadline;
        return deadline != null && deadline.nanos() <= now && scope.host() != null && !scope.cancelCalled();
    }

    @Override
    boolean decide(long now) {
        return isLate(scope, now) // false if it was left or the deadline moved
                && scope.mark(StopRequest.causeAt(scope, scope.deadline()));
    }

    @Override
    void fire() {
        scope.tell();
    }
}
