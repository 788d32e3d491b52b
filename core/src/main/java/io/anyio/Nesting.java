package io.anyio;

import io.anyio.internal.Causes;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The depth to which failures are nested in a group, as suppressed exceptions and causes of one another.
 *
 * <p>Loggers, and {@link Throwable#printStackTrace()}, print nested failures by recursion, and overflow the stack when
 * they are nested too deeply. A member in which {@value #LIMIT} failures are nested is therefore replaced by a
 * {@link DeepFailure} in the list of suppressed exceptions.
 *
 * @param depth how many failures are nested in the group, at most {@value #LIMIT}
 * @param first when the depth is {@value #LIMIT}, the first failures in it that are not nested to that depth
 */
record Nesting(int depth, List<Throwable> first) implements Serializable {

    /** The number of nested failures from which on a member is not listed as suppressed. */
    static final int LIMIT = 100;

    private static final int SHOWN = 5;

    /** Adds one suppressed exception to the group for each member. */
    static Nesting list(Throwable group, List<Throwable> members) {
        int depth = 0;
        for (Throwable member : members) {
            int inside = depthOf(member);
            if (inside < LIMIT) {
                group.addSuppressed(member);
            } else {
                var instead = new DeepFailure(member);
                firstOf(member).forEach(instead::addSuppressed);
                group.addSuppressed(instead);
            }
            depth = Math.max(depth, Math.min(LIMIT, inside + 1));
        }
        return new Nesting(depth, depth < LIMIT ? List.of() : firstOf(members));
    }

    private static Nesting of(FailureGroup group) {
        return switch (group) {
            case ExceptionGroup exceptions -> exceptions.nesting();
            case ErrorGroup errors -> errors.nesting();
        };
    }

    private static List<Throwable> firstOf(List<Throwable> members) {
        List<Throwable> first = new ArrayList<>();
        for (Throwable member : members) {
            first.addAll(firstOf(member));
            if (first.size() >= SHOWN) {
                break;
            }
        }
        return List.copyOf(first.subList(0, Math.min(SHOWN, first.size())));
    }

    private static List<Throwable> firstOf(Throwable member) {
        if (!(member instanceof FailureGroup group)) {
            return depthOf(member) < LIMIT ? List.of(member) : List.of();
        }
        Nesting inside = of(group);
        if (inside.depth() == LIMIT) {
            return inside.first();
        }
        List<Throwable> first = new ArrayList<>();
        for (Throwable leaf : FailureGroupSupport.leaves(group)) {
            if (first.size() == SHOWN) {
                break;
            }
            first.add(leaf);
        }
        return first;
    }

    /** A failure to visit, and the number of failures around it. */
    private record Visit(Throwable failure, int around) {}

    /**
     * Returns how many failures are nested in this one, at most {@link #LIMIT}. Visits each once, in the order in which
     * they are printed, as printing does.
     */
    private static int depthOf(Throwable failure) {
        Deque<Visit> ahead = new ArrayDeque<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        int deepest = 0;
        ahead.push(new Visit(failure, 0));
        while (!ahead.isEmpty() && deepest < LIMIT) {
            Visit visit = ahead.pop();
            if (seen.add(visit.failure())) {
                int around = visit.around();
                deepest = Math.max(deepest, around);
                if (visit.failure() instanceof FailureGroup group) {
                    deepest = Math.max(deepest, around + of(group).depth());
                }
                pushNested(visit, ahead);
            }
        }
        return Math.min(LIMIT, deepest);
    }

    /** Pushes the failures directly nested in a failure, without the members of a group, whose depth is known. */
    private static void pushNested(Visit visit, Deque<Visit> ahead) {
        Throwable failure = visit.failure();
        int around = visit.around() + 1;
        Throwable cause = Causes.next(failure);
        if (cause != null) {
            ahead.push(new Visit(cause, around)); // printed last
        }
        List<Throwable> suppressed = failure instanceof FailureGroup group
                ? FailureGroupSupport.notedBeside(group)
                : List.of(failure.getSuppressed());
        for (Throwable one : suppressed.reversed()) {
            ahead.push(new Visit(one, around));
        }
    }
}
