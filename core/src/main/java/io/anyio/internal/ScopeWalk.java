package io.anyio.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk from a scope down to the scopes and tasks below it, except those protected by a shield. Any thread may walk.
 * Takes time linear in the number of scopes below.
 */
public abstract class ScopeWalk {
    /*
     * Scopes know only their parent. The walk needs no links from parents to children: a scope belongs to a task (its
     * host), whose innermost scope leads up to it; the groups on that path have children, and so on. Concurrent changes
     * need no visit: a task that starts, waits or opens a scope after the mark was set sees the mark.
     *
     * The mark that applies to a group's scope is passed down to the group's tasks, so the visit of a task never reads
     * scopes above its group's scope.
     */

    private record Below(ChildList children, @Nullable CancelCause why) {}

    private @Nullable Deque<Below> groups; // not visited yet; created lazily, because most walks meet no group
    private final List<ScopeNode> open = new ArrayList<>(0); // scopes of the current task whose mark is not known yet

    /** Returns the mark of the scope itself, or null. */
    protected abstract @Nullable CancelCause markOf(ScopeNode scope);

    /** Called for each marked scope and each scope below a mark. */
    protected void reached(ScopeNode scope, CancelCause why) {}

    /** Called for the wait of each task below a mark. */
    protected void reached(Wait wait, CancelCause why) {}

    /** Walks from a scope to which a mark applies; does nothing if none does. */
    public final void from(ScopeNode origin) {
        walk(origin, false);
    }

    /** Walks from a scope whose shield was raised below a mark; does nothing if there is no mark around it. */
    final void fromShield(ScopeNode origin) {
        walk(origin, true);
    }

    private void walk(ScopeNode origin, boolean shieldRaised) {
        Task host = origin.host();
        if (host == null) {
            return; // not entered, or left already
        }
        Wait wait = host.waiting();
        ScopeNode innermost = host.scope(); // publishes what the host has written to its scopes
        CancelCause why = markAt(origin);
        if (why == null && !(shieldRaised && markAt(origin.parent()) != null)) {
            return;
        }
        visit(wait, innermost, origin, why);
        while (groups != null && !groups.isEmpty()) {
            Below next = groups.remove();
            next.children.forEach(child -> visitChild(child, next.why));
        }
    }

    /** Returns the nearest mark that applies to a scope: its own, or one above it. */
    private @Nullable CancelCause markAt(@Nullable ScopeNode scope) {
        CancelCause mark = null;
        for (ScopeNode at = scope; at != null && mark == null; at = at.isShielded() ? null : at.parent()) {
            mark = markOf(at);
        }
        return mark;
    }

    private void visitChild(Task child, @Nullable CancelCause whyAround) {
        ScopeNode base = child.base();
        CancelCause own = markOf(base);
        if (own != null || !base.isShielded()) {
            Wait wait = child.waiting();
            visit(wait, child.scope(), base, own == null ? whyAround : own);
        }
    }

    /**
     * Visits a task's scopes from the innermost up to {@code last}, to which {@code why} applies.
     *
     * @param found the task's wait, read before its innermost scope: while that wait lasts, its scopes do not change
     */
    private void visit(@Nullable Wait found, ScopeNode innermost, ScopeNode last, @Nullable CancelCause why) {
        Wait wait = found;
        for (ScopeNode at = innermost; at != last; at = at.parent()) {
            if (at == null) {
                open.clear();
                return; // the task has left the scope
            }
            meet(at);
            CancelCause own = markOf(at);
            if (own != null) {
                apply(wait, own);
                wait = null;
            }
            if (at.isShielded()) {
                open.clear();
                wait = null;
            }
        }
        meet(last);
        apply(wait, why);
    }

    private void meet(ScopeNode scope) {
        if (scope.children() != null || scope.attachment() != null) {
            open.add(scope);
        }
    }

    /** Applies {@code why} to the open scopes and the wait. */
    private void apply(@Nullable Wait wait, @Nullable CancelCause why) {
        for (ScopeNode scope : open) {
            ChildList children = scope.children();
            if (children != null) {
                queue(children, why);
            }
            if (why != null) {
                reached(scope, why);
            }
        }
        open.clear();
        if (wait != null && why != null) {
            reached(wait, why);
        }
    }

    private void queue(ChildList children, @Nullable CancelCause why) {
        if (groups == null) {
            groups = new ArrayDeque<>();
        }
        groups.add(new Below(children, why));
    }
}
