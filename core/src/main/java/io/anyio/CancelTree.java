package io.anyio;

import org.jspecify.annotations.Nullable;

/**
 * Who is cancelled: the questions that are answered by walking the scopes upwards, and the delivery downwards.
 *
 * <p>Cancellation is state, never a message. Upwards, a task asks at every checkpoint whether a scope around it is
 * cancelled. Downwards, a canceller wakes the tasks that wait below a scope, so that they ask.
 */
final class CancelTree {
    /*
     * Of several nested marks only the outermost unshielded one is delivered; that delivery reaches everything below the
     * others. After setting a mark, a canceller looks upwards (isCovered) and skips the walk below another mark. Otherwise
     * each host in a chain of cancelled groups would walk to the end of the chain. Two more rules make this safe: raising a
     * shield below a mark walks from the shield, because it may stop a delivery that a mark below relies on; and a group
     * that accepted tasks before its host entered the group's scope is walked by its host.
     */

    private CancelTree() {}

    /** Whether a task whose innermost scope is {@code scope} is cancelled. Any thread. */
    static boolean isCancelled(CancelScope scope) {
        return cause(scope) != null;
    }

    /** Whether a cancellation that leaves {@code scope} ends there, because it is this one that was cancelled. */
    static boolean endsAt(CancelScope scope) {
        CancelScope around = scope.parent();
        return scope.cause() != null && (around == null || scope.shield() || !isCancelled(around));
    }

    /** Why a task whose innermost scope is {@code scope} is cancelled, or null when it is not. */
    static @Nullable CancelCause cause(CancelScope scope) {
        CancelScope at = scope;
        while (at != null) {
            CancelCause cause = at.cause();
            if (cause != null) {
                return cause;
            }
            if (at.shield()) {
                return null;
            }
            at = at.parent();
        }
        return null;
    }

    /** Whether {@code scope} is {@code top} or stands inside of it, shields or not. */
    static boolean isBelow(CancelScope scope, CancelScope top) {
        CancelScope at = scope;
        while (at != null && at != top) {
            at = at.parent();
        }
        return at == top;
    }

    /** Whether a cancellation of {@code top} reaches {@code scope}, which is {@code top} or stands inside of it. */
    static boolean reaches(CancelScope top, CancelScope scope) {
        CancelScope at = scope;
        while (at != null && at != top) {
            at = at.shield() ? null : at.parent();
        }
        return at != null;
    }

    /** Whether a deadline counts for a task whose innermost scope is {@code scope}. */
    static boolean hasDeadline(CancelScope scope) {
        for (CancelScope at = scope; at != null; at = at.shield() ? null : at.parent()) {
            if (at.deadline != null) {
                return true;
            }
        }
        return false;
    }

    /** The nearest deadline that counts for a task whose innermost scope is {@code scope}. */
    static Deadline effectiveDeadline(CancelScope scope) {
        Deadline nearest = Deadline.NEVER;
        for (CancelScope at = scope; at != null; at = at.shield() ? null : at.parent()) {
            if (at.cancelCalled()) {
                return Deadline.PAST;
            }
            if (at.deadline().compareTo(nearest) < 0) {
                nearest = at.deadline();
            }
        }
        return nearest;
    }

    /** Whether a mark around {@code scope} applies to it; the delivery of that mark reaches everything below. */
    static boolean isCovered(CancelScope scope) {
        CancelScope around = scope.parent();
        return around != null && !scope.shield() && isCancelled(around);
    }

    /** Wakes the waiting tasks at and below {@code origin}, if it is cancelled or stands in a cancelled scope. */
    static void deliver(CancelScope origin) {
        new Delivery().from(origin);
    }

    /** Wakes the cancelled tasks below a shield that was just raised; it may have stopped a delivery to them. */
    static void shieldRaised(CancelScope origin) {
        new Delivery().fromShield(origin);
    }

    private static final class Delivery extends ScopeWalk {
        @Override
        @Nullable
        CancelCause markOf(CancelScope scope) {
            return scope.cause();
        }

        @Override
        void reached(Suspension wait) {
            wait.abort();
        }
    }
}
