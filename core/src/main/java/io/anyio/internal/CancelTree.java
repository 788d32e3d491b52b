package io.anyio.internal;

import org.jspecify.annotations.Nullable;

/**
 * Cancellation in the tree of scopes: queries, which walk the scopes upwards, and delivery, which walks downwards.
 *
 * <p>Cancellation is state, never a message. A task checks at every checkpoint whether a scope around it is cancelled.
 * A canceller marks a scope and then wakes the tasks that wait below it, so they check again.
 */
public final class CancelTree {
    /*
     * Of several nested marks only the outermost unshielded one is delivered; that delivery reaches everything below
     * the others. After setting a mark, a canceller checks upwards (isCovered) and does not walk if another mark covers
     * this one. Otherwise each host in a chain of cancelled groups would walk to the end of the chain. Two more rules
     * make this safe. Raising a shield below a mark starts a walk at the shield, because the shield may stop a delivery
     * on which a mark below relies. A group that accepted tasks before its host entered the scope is walked by its
     * host.
     */

    private CancelTree() {}

    /** Returns whether a task whose innermost scope is {@code scope} is cancelled. Any thread. */
    public static boolean isCancelled(ScopeNode scope) {
        return cause(scope) != null;
    }

    /** Returns whether {@code scope} catches a cancellation: it is cancelled and sees no cancelled scope around it. */
    static boolean endsAt(ScopeNode scope) {
        ScopeNode around = scope.parent();
        return scope.cause() != null && (around == null || scope.isShielded() || !isCancelled(around));
    }

    /** Returns why a task whose innermost scope is {@code scope} is cancelled, or null when it is not. */
    static @Nullable CancelCause cause(ScopeNode scope) {
        ScopeNode at = scope;
        while (at != null) {
            CancelCause cause = at.cause();
            if (cause != null) {
                return cause;
            }
            if (at.isShielded()) {
                return null;
            }
            at = at.parent();
        }
        return null;
    }

    /** Returns whether {@code scope} is {@code top} or is inside it. Ignores shields. */
    static boolean isBelow(ScopeNode scope, ScopeNode top) {
        ScopeNode at = scope;
        while (at != null && at != top) {
            at = at.parent();
        }
        return at == top;
    }

    /** Returns whether a cancellation of {@code top} reaches {@code scope}, which is {@code top} or is inside it. */
    static boolean reaches(ScopeNode top, ScopeNode scope) {
        ScopeNode at = scope;
        while (at != null && at != top) {
            at = at.isShielded() ? null : at.parent();
        }
        return at != null;
    }

    /** Returns whether any deadline applies to a task whose innermost scope is {@code scope}. */
    static boolean hasDeadline(ScopeNode scope) {
        for (ScopeNode at = scope; at != null; at = at.isShielded() ? null : at.parent()) {
            if (at.deadline() != Nanos.NEVER) {
                return true;
            }
        }
        return false;
    }

    /** Returns the nearest deadline that applies to a task whose innermost scope is {@code scope}, in nanoseconds. */
    public static long effectiveDeadline(ScopeNode scope) {
        long nearest = Nanos.NEVER;
        for (ScopeNode at = scope; at != null; at = at.isShielded() ? null : at.parent()) {
            if (at.cause() != null) {
                return Long.MIN_VALUE;
            }
            nearest = Math.min(nearest, at.deadline());
        }
        return nearest;
    }

    /** Returns whether a mark around {@code scope} applies to it; its delivery reaches everything below. */
    static boolean isCovered(ScopeNode scope) {
        ScopeNode around = scope.parent();
        return around != null && !scope.isShielded() && isCancelled(around);
    }

    /** Wakes the waiting tasks at and below {@code origin}, if it is cancelled or is inside a cancelled scope. */
    static void deliver(ScopeNode origin) {
        new Delivery().from(origin);
    }

    /** Wakes the cancelled tasks below a newly raised shield, which may have stopped a delivery to them. */
    static void shieldRaised(ScopeNode origin) {
        new Delivery().fromShield(origin);
    }

    private static final class Delivery extends ScopeWalk {
        @Override
        protected @Nullable CancelCause markOf(ScopeNode scope) {
            return scope.cause();
        }

        @Override
        protected void reached(Wait wait, CancelCause why) {
            wait.abort(why);
        }
    }
}
