package io.anyio.internal;

import java.util.ArrayList;
import java.util.List;

/** The timer of a scope with a deadline, queued at its task's loop. Cancels the scope when it fires. */
final class DeadlineTimer extends TimerHeap.Timer {
    /*
     * Created when a deadline is armed for the first time, because most scopes never have one. Several threads may move
     * a deadline concurrently. Each of them arms the timer for the deadline that it has read, and then reads the
     * deadline again, so the last one leaves the timer at the present deadline.
     */

    private final ScopeNode scope;

    DeadlineTimer(ScopeNode scope) {
        this.scope = scope;
    }

    /** Sets the timer to the deadline of an entered scope, or cancels the scope if it has passed. Any thread. */
    static void arm(ScopeNode scope, Task host, long now) {
        long armed;
        do {
            armed = scope.deadline();
            if (scope.cause() != null) {
                return;
            }
            if (now >= armed) {
                expireAround(scope, now);
                return;
            }
            if (armed == Nanos.NEVER) {
                disarm(scope, host);
            } else {
                host.loop().schedule(scope.timerOrNew(), armed);
            }
        } while (armed != scope.deadline()); // moved by another thread, which may have armed the timer before this one
    }

    /** Arms the timer again after the deadline was moved, if the scope is entered. Any thread. */
    static void moved(ScopeNode scope) {
        Task host = scope.host();
        if (host != null) {
            arm(scope, host, host.run().now());
            if (scope.host() == null) {
                disarm(scope, host); // its own task has left it meanwhile
            }
        }
    }

    /** Removes the timer, if there is one. Any thread. */
    static void disarm(ScopeNode scope, Task host) {
        DeadlineTimer timer = scope.timer();
        if (timer != null) {
            host.loop().deadlines().remove(timer);
        }
    }

    /**
     * Cancels those of {@code scope} and the scopes around it whose deadlines are not after {@code now}, even if their
     * timers have not fired. The outermost is marked first, so it catches the cancellation. Any thread.
     */
    static void expireAround(ScopeNode scope, long now) {
        List<ScopeNode> late = lateAround(scope, now);
        for (ScopeNode at : late.reversed()) {
            at.cancelWith(at.causeAtDeadline());
        }
    }

    /** Returns the late scopes, innermost first, up to an expired one; leaving that one expires those around it. */
    private static List<ScopeNode> lateAround(ScopeNode scope, long now) {
        List<ScopeNode> late = List.of();
        for (ScopeNode at = scope; at != null; at = at.isShielded() ? null : at.parent()) {
            CancelCause why = at.cause();
            if (why != null && why.byDeadline()) {
                break;
            }
            if (at.isLate(now)) {
                late = late.isEmpty() ? new ArrayList<>() : late;
                late.add(at);
            }
        }
        return late;
    }

    @Override
    boolean decide(long now) {
        return scope.isLate(now) && scope.markExpired(); // not late if it was left or the deadline moved
    }

    @Override
    void fire() {
        scope.tell();
    }
}
