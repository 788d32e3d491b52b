package io.anyio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way down from a scope to the scopes and tasks below it, without those behind a shield. Any thread; linear in the
 * scopes below.
 */
abstract class ScopeWalk {
    /*
     * Scopes know their parent only. The way down needs no links between scopes: a scope belongs to a task (its host), whose
     * innermost scope leads up to it; the groups met on that way have children, and so on. What a walk may miss because it
     * changes meanwhile needs no visit: a task that starts, waits or opens a scope after the mark was set sees the mark.
     *
     * What holds for a group's scope is carried down to its tasks, so that none of them looks further up than to it.
     */

    private record Below(TaskGroup group, @Nullable CancelCause why) {}

    private @Nullable Deque<Below> groups; // whose tasks have not been visited; made when needed, as most walks meet none
    private final List<CancelScope> open = new ArrayList<>(0); // met on the way up from a task; what holds is not known

    /** The mark that a scope itself bears, if it bears one. */
    abstract @Nullable CancelCause markOf(CancelScope scope);

    /** A scope that stands below a mark, or bears it, has been met. */
    void reached(CancelScope scope, CancelCause why) {}

    /** A wait whose task stands below a mark has been met. */
    void reached(Suspension wait) {}

    /** Walks from a scope that bears a mark or stands below one; does nothing if it does not. */
    final void from(CancelScope origin) {
        walk(origin, false);
    }

    /** Walks from a scope whose shield was raised and that stands below a mark; does nothing if it does not. */
    final void fromShield(CancelScope origin) {
        walk(origin, true);
    }

    private void walk(CancelScope origin, boolean shieldRaised) {
        Task host = origin.host();
        if (host == null) {
            return; // not entered yet, or left
        }
        Suspension wait = host.waiting();
        CancelScope innermost = host.scope(); // whoever sees it there sees what the host has written to its scopes
        CancelCause why = markAt(origin);
        if (why == null && !(shieldRaised && markAt(origin.parent()) != null)) {
            return;
        }
        visit(wait, innermost, origin, why);
        while (groups != null && !groups.isEmpty()) {
            Below next = groups.remove();
            next.group.children().forEach(child -> visitChild(child, next.why));
        }
    }

    /** The nearest mark that holds for a scope: its own, or one above. */
    private @Nullable CancelCause markAt(@Nullable CancelScope scope) {
        CancelCause mark = null;
        for (CancelScope at = scope; at != null && mark == null; at = at.shield() ? null : at.parent()) {
            mark = markOf(at);
        }
        return mark;
    }

    private void visitChild(Task child, @Nullable CancelCause whyAround) {
        CancelScope base = child.base();
        CancelCause own = markOf(base);
        if (own != null || !base.shield()) {
            Suspension wait = child.waiting();
            visit(wait, child.scope(), base, own == null ? whyAround : own);
        }
    }

    /**
     * Visits a task's scopes from its innermost one up to {@code last}, for which {@code why} holds.
     *
     * @param found what the task waited in before its innermost scope was looked up: as long as that wait lasts, the
     *     scopes stay
     */
    private void visit(
            @Nullable Suspension found, CancelScope innermost, CancelScope last, @Nullable CancelCause why) {
        Suspension wait = found;
        for (CancelScope at = innermost; at != last; at = at.parent()) {
            if (at == null) {
                open.clear();
                return; // the task has left the scope
            }
            meet(at);
            CancelCause own = markOf(at);
            if (own != null) {
                settle(wait, own);
                wait = null;
            }
            if (at.shield()) {
                open.clear();
                wait = null;
            }
        }
        meet(last);
        settle(wait, why);
    }

    private void meet(CancelScope scope) {
        if (scope.group() != null || scope.stop() != null) {
            open.add(scope);
        }
    }

    /** What holds for the open scopes, and for the wait, is known now. */
    private void settle(@Nullable Suspension wait, @Nullable CancelCause why) {
        for (CancelScope scope : open) {
            TaskGroup group = scope.group();
            if (group != null) {
                queue(group, why);
            }
            if (why != null) {
                reached(scope, why);
            }
        }
        open.clear();
        if (wait != null && why != null) {
            reached(wait);
        }
    }

    private void queue(TaskGroup group, @Nullable CancelCause why) {
        if (groups == null) {
            groups = new ArrayDeque<>();
        }
        groups.add(new Below(group, why));
    }
}
