package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deadline of one {@link CancelScope} in the heap of its task's loop: cancels the scope when it is met. */
final class Expiry extends Deadlines.Timer {
    /*
     * Made when a deadline is armed for the first time: most scopes never have one. Several threads may move a deadline at
     * once: each arms for what it reads and reads again behind it, so that whoever comes last leaves the timer where the
     * deadline is.
     */

    private static final VarHandle DEADLINE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "deadline", VarHandle.class, CancelScope.class, Deadline.class);
    private static final VarHandle EXPIRY = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "expiry", VarHandle.class, CancelScope.class, Expiry.class);

    private final CancelScope scope;

    private Expiry(CancelScope scope) {
        this.scope = scope;
    }

    /**
     * Puts the timer to where the deadline of an entered scope is, or cancels the scope when it is past. Any thread.
     */
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
                scope.deadline())); // moved by another thread, whose arming may have come before this one
    }

    /** The deadline of a scope was moved: arms anew, if the scope is entered. Any thread. */
    static void moved(CancelScope scope) {
        Task host = scope.host();
        if (host != null) {
            arm(scope, host, host.run().now());
            if (scope.host() == null) {
                disarm(scope, host); // left meanwhile, by its own task
            }
        }
    }

    /** Moves the deadline of a scope to {@code nearer}, unless it is as near already. Any thread. */
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

    /** Takes the timer out, if there is one. Any thread. */
    static void disarm(CancelScope scope, Task host) {
        Expiry timer = scope.expiry;
        if (timer != null) {
            host.loop().deadlines().remove(timer);
        }
    }

    private static Expiry of(CancelScope scope) {
        Expiry known = scope.expiry;
        if (known != null) {
            return known;
        }
        var made = new Expiry(scope);
        var faster = (Expiry) EXPIRY.compareAndExchange(scope, null, made);
        return faster == null ? made : faster;
    }

    /**
     * Cancels {@code scope} and the scopes around it whose deadlines are not after {@code now}, though their timers may
     * not have fired. The outermost is marked first, so it is the one that catches. Any thread.
     */
    static void expireAround(CancelScope scope, long now) {
        List<CancelScope> late = lateAround(scope, now);
        for (CancelScope at : late.reversed()) {
            at.cancelWith(StopRequest.causeAt(at, at.deadline()));
        }
    }

    /** Innermost first, up to a scope that has expired; leaving that one expires the scopes around it. */
    private static List<CancelScope> lateAround(CancelScope scope, long now) {
        List<CancelScope> late = List.of();
        for (CancelScope at = scope; at != null; at = at.shield() ? null : at.parent()) {
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
        return isLate(scope, now) // else it was left or the deadline moved
                && scope.mark(StopRequest.causeAt(scope, scope.deadline()));
    }

    @Override
    void fire() {
        scope.tell();
    }
}
