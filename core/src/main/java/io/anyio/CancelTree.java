package io.anyio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is cancelled: the questions that are answered by walking the scopes, upwards and downwards.
 *
 * <p>Cancellation is state, never a message. Upwards, a task asks at every checkpoint whether a scope around it is
 * cancelled. Downwards, a canceller wakes the tasks that wait below a scope, so that they ask.
 */
final class CancelTree {
    /*
     * Scopes know their parent only. The way down needs no links between scopes: a scope belongs to a task (its host), whose
     * innermost scope leads up to it; the groups met on that way have children, and so on. What a walk may miss because it
     * changes meanwhile needs no visit: a task that starts, waits or opens a scope after the mark was set sees the mark.
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

    /**
     * Wakes the waiting tasks at and below {@code origin} that are cancelled. Any thread; linear in the tasks below.
     */
    static void deliver(CancelScope origin) {
        walk(origin, CancelTree::wake);
    }

    private static void wake(Task task) {
        Suspension wait = task.waiting();
        if (wait != null && isCancelled(task.scope())) {
            wait.abort();
        }
    }

    /**
     * Visits the tasks at and below {@code origin}, without those behind a shield. Any thread; linear in the tasks
     * below.
     */
    static void walk(CancelScope origin, Consumer<Task> visitor) {
        Task host = origin.host();
        if (host == null) {
            return; // not entered yet, or left
        }
        Deque<TaskGroup> groups = new ArrayDeque<>();
        visit(host, origin, groups, visitor);
        for (TaskGroup group = groups.poll(); group != null; group = groups.poll()) {
            group.children().forEach(child -> visit(child, child.base(), groups, visitor));
        }
    }

    /**
     * Visits {@code task} if it is still below {@code top}, and collects the groups it hosts between its innermost
     * scope and {@code top}.
     */
    private static void visit(Task task, CancelScope top, Deque<TaskGroup> groups, Consumer<Task> visitor) {
        List<TaskGroup> found = null;
        CancelScope at = task.scope();
        while (at != null) {
            if (at.group() != null) {
                found = found == null ? new ArrayList<>() : found;
                found.add(at.group());
            }
            if (at == top) {
                break;
            }
            if (at.shield()) {
                found = null; // what lies below a shield is out of reach
            }
            at = at.parent();
        }
        if (at == null) {
            return; // the task has left the scope
        }
        if (found != null) {
            groups.addAll(found);
        }
        visitor.accept(task);
    }
}
